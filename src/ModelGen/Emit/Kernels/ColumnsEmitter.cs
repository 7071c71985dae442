using System;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Sparse convolution of floats whose columns are summed apart (see <see cref="ColumnPlanes"/>), modern profile.</summary>
internal static class ColumnsEmitter
{
    public static void Emit(ConvolutionKernel kernel, ColumnPlanes columns, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        string offsetType = kernel.Offsets.Element.Keyword();
        int masks = ConvolutionLowering.Align(columns.Length * sizeof(float)), tile = ColumnPlanes.TilePixels;
        writer.Line($"Span<float> planes = {scope.Scratch(ElementType.Float32, 0, columns.Length)}, masks = {scope.Scratch(ElementType.Float32, masks, 2 * tile)};");
        writer.Line($"{scope.Use(MaskedHelpers.FillMasks)}(masks, pixels: {tile}, width: {geometry.OutputWidth}, hasLeft: true, hasRight: true);");
        Pack(geometry, columns, scope);
        scope.Reference("float", "source", "planes");
        scope.Reference("float", "mask", "masks");
        scope.Reference("int", "first", scope.Table(kernel.First!));
        scope.Reference(offsetType, "offsets", scope.Table(kernel.Offsets));
        scope.Reference("float", "weights", scope.Table(kernel.Weights));
        scope.Reference("float", "bias", scope.Table(kernel.Bias));
        scope.Reference("float", "y", scope.Result());
        writer.Line($"{scope.Use(ColumnTileHelpers.Create(offsetType))}(");
        using (writer.Indent())
        {
            writer.Line($"ref source, ref mask, ref first, ref offsets, ref weights, ref bias, rows: {kernel.OutputChannels}, ref y, pixels: {geometry.OutputSize}, {ConvolutionEmitter.Finish(kernel)});");
        }
    }

    private static void Pack(ConvolutionGeometry geometry, ColumnPlanes columns, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        bool hasPhases = columns.Stride > 1;
        string rows = hasPhases ? FormattableString.Invariant($"rows: {geometry.OutputHeight}, pitch: {geometry.OutputWidth}, ") : "";
        writer.Line($"{scope.Use(hasPhases ? ColumnTileHelpers.PackPhases : ColumnTileHelpers.PackRows)}(");
        using (writer.Indent())
        {
            writer.Line($"{scope.Operand(0)}, planes, channels: {columns.Channels}, height: {geometry.Height}, width: {geometry.Width}, {rows}above: {columns.Above}, copies: {columns.Copies}, size: {columns.PlaneLength});");
        }
    }
}
