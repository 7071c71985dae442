using System;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>Convolution over pixels, both profiles: lay out the input, walk the taps, move rows to their place.</summary>
internal static class ConvolutionEmitter
{
    public static void Emit(ConvolutionKernel kernel, LayerScope scope)
    {
        if (kernel.IsDepthwise)
        {
            DepthwiseEmitter.Emit(kernel, scope);
            return;
        }

        if (kernel.Columns is { } columns)
        {
            ColumnsEmitter.Emit(kernel, columns, scope);
            return;
        }

        if (kernel.Whole is { } whole)
        {
            EmitBands(kernel, whole, scope);
            return;
        }

        ConvolutionGeometry geometry = kernel.Geometry;
        int offset = 0;
        string source = scope.Operand(0);
        if (kernel.Segments is not null)
        {
            source = EmitBytePairs(kernel, scope, ref offset);
        }
        else if (!geometry.IsDirect)
        {
            source = EmitPacking(geometry, kernel.Input, kernel.IsInteger
                ? kernel.InputZeroPoint.ToString(System.Globalization.CultureInfo.InvariantCulture) : "0f", scope, ref offset);
        }

        if (scope.IsModern) EmitModern(kernel, source, offset, scope);
        else EmitPortable(kernel, source, offset, scope);
    }

    /// <summary>Writes the call that lays the input out as planes; returns the name of the planes.</summary>
    public static string EmitPacking(ConvolutionGeometry geometry, ElementType element, string padding, LayerScope scope,
        ref int scratchOffset)
    {
        scope.Writer.Line(FormattableString.Invariant(
            $"Span<{element.Keyword()}> planes = {scope.Scratch(element, scratchOffset, geometry.PackedLength)};"));
        scope.Writer.Line($"{scope.Use(PackingHelpers.PackPlanes(scope.IsModern))}<{element.Keyword()}>(");
        using (scope.Writer.Indent())
        {
            scope.Writer.Line($"{scope.Operand(0)}, planes, channels: {geometry.Channels}, height: {geometry.Height}, width: {geometry.Width}, strideY: {geometry.StrideY}, strideX: {geometry.StrideX},");
            scope.Writer.Line($"padTop: {geometry.PadTop}, padLeft: {geometry.PadLeft}, phasesY: {geometry.PhasesY}, phasesX: {geometry.PhasesX}, rows: {geometry.Rows}, columns: {geometry.Columns}, padding: {padding});");
        }

        scratchOffset += ConvolutionLowering.Align(geometry.PackedLength * element.Size());
        return "planes";
    }

    // Writes the call that lays the input out as planes of pairs of bytes.
    private static string EmitBytePairs(ConvolutionKernel kernel, LayerScope scope, ref int scratchOffset)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        bool byPixel = kernel.Pairs == Pairing.Pixels;
        int perGroup = geometry.Channels / kernel.Groups, planes = byPixel ? geometry.Channels : kernel.Groups * ((perGroup + 1) / 2);
        int length = planes * geometry.ChannelStride;
        int flip = QuantizedEmitter.Flip(kernel.Input);

        if (kernel.Aligned is { } aligned)
        {
            length = planes * aligned.PairStride;
            scope.Writer.Line($"Span<ushort> pairs = {scope.Scratch(ElementType.UInt16, scratchOffset, length)};");
            scope.Writer.Line($"{scope.Use(BytePairHelpers.PackAlignedBytes)}(");
            using (scope.Writer.Indent())
            {
                scope.Writer.Line($"{QuantizedEmitter.AsBytes(scope.Operand(0), kernel.Input)}, pairs, channels: {perGroup}, height: {geometry.Height}, width: {geometry.Width}, stride: {geometry.StrideX},");
                scope.Writer.Line($"padTop: {geometry.PadTop}, padLeft: {geometry.PadLeft}, kernelWidth: {geometry.KernelWidth}, rows: {geometry.Rows}, size: {aligned.PlaneSize}, flip: {flip}, padding: {kernel.InputZeroPoint + flip});");
            }

            scratchOffset += ConvolutionLowering.Align(length * sizeof(ushort));
            return "pairs";
        }

        // A plane that the window does not reach out of is one row.
        bool isRow = geometry.IsDirect;
        int height = isRow ? 1 : geometry.Height, width = isRow ? geometry.Height * geometry.Width : geometry.Width;
        CodeWriter writer = scope.Writer;
        writer.Line($"Span<ushort> pairs = {scope.Scratch(ElementType.UInt16, scratchOffset, length)};");
        string what = byPixel ? FormattableString.Invariant($"channels: {planes}")
            : FormattableString.Invariant($"groups: {kernel.Groups}, channels: {perGroup}");
        writer.Line($"{scope.Use(byPixel ? BytePairHelpers.PackPixelBytes : BytePairHelpers.PackChannelBytes)}(");
        using (writer.Indent())
        {
            writer.Line(FormattableString.Invariant($"{QuantizedEmitter.AsBytes(scope.Operand(0), kernel.Input)}, pairs, {what}, height: {height}, width: {width}, strideY: {geometry.StrideY}, strideX: {geometry.StrideX},"));
            writer.Line(FormattableString.Invariant($"padTop: {geometry.PadTop}, padLeft: {geometry.PadLeft}, phasesY: {geometry.PhasesY}, phasesX: {geometry.PhasesX}, rows: {(isRow ? 1 : geometry.Rows)}, columns: {(isRow ? width : geometry.Columns)}, size: {geometry.PlaneSize}, flip: {flip}, padding: {kernel.InputZeroPoint + flip});"));
        }

        scratchOffset += ConvolutionLowering.Align(length * sizeof(ushort));
        return "pairs";
    }

    private static void EmitModern(ConvolutionKernel kernel, string source, int offset, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        int sourceChannelStride = geometry.ChannelStride, sourceChannels = geometry.Channels;
        if (kernel.Segments is not null)
        {
            sourceChannels = kernel.Pairs == Pairing.Pixels ? geometry.Channels : kernel.Groups * ((geometry.Channels / kernel.Groups + 1) / 2);
        }
        else if (kernel.IsInteger)
        {
            bool byChannel = kernel.Pairs == Pairing.Channels;
            int perGroup = geometry.Channels / kernel.Groups;
            sourceChannels = byChannel ? kernel.Groups * ((perGroup + 1) / 2) : geometry.Channels;
            writer.Line($"Span<int> pairs = {scope.Scratch(ElementType.Int32, offset, sourceChannels * sourceChannelStride)};");
            offset += sourceChannels * sourceChannelStride * sizeof(int);
            Helper helper = byChannel ? PackingHelpers.PairChannels(kernel.Input) : PackingHelpers.PairPixels(kernel.Input);
            writer.Line(byChannel
                ? $"{scope.Use(helper)}({source}, pairs, groups: {kernel.Groups}, channels: {perGroup}, size: {sourceChannelStride}, stride: {sourceChannelStride});"
                : $"{scope.Use(helper)}({source}, pairs);");
            source = "pairs";
        }

        bool sparse = kernel.Order == TapOrder.Sparse;
        string helperName = Declare(kernel, source, scope);
        if (!kernel.IsInPlace)
        {
            int length = ConvolutionLowering.PitchedLength(geometry, kernel.OutputChannels);
            ElementType element = kernel.IsInteger ? ElementType.UInt8 : ElementType.Float32;
            writer.Line($"Span<{element.Keyword()}> gapped = {scope.Scratch(element, ConvolutionLowering.Align(offset), length)};");
        }

        int perOutputGroup = kernel.OutputChannels / kernel.Groups;
        string sourceGroup = FormattableString.Invariant($"{sourceChannels / kernel.Groups * sourceChannelStride}");
        string output = kernel.IsInteger ? $"MemoryMarshal.AsBytes({scope.Result()})" : scope.Result();
        if (kernel.IsInteger) writer.Line($"Span<byte> result = {output};");
        string resultName = kernel.IsInteger ? "result" : scope.Result();

        if (kernel.IsInPlace && (kernel.Groups == 1 || sparse))
        {
            Call(kernel, writer, helperName, sparse, "0", "0",
                kernel.OutputChannels.ToString(System.Globalization.CultureInfo.InvariantCulture), resultName, "0");
            return;
        }

        // Blocks of channels: of one group when dense, and few enough that their gapped rows stay small.
        int block = Math.Min(sparse ? kernel.OutputChannels : perOutputGroup, kernel.IsInPlace
            ? int.MaxValue : ConvolutionLowering.ChannelBlock);
        if (!sparse && perOutputGroup % block != 0)
            block = perOutputGroup > block ? GreatestDivisor(perOutputGroup, block) : perOutputGroup;
        using (writer.Block($"for (int channel = 0; channel < {kernel.OutputChannels}; channel += {block})"))
        {
            string rows = kernel.OutputChannels % block == 0
                ? block.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : $"Math.Min({block}, {kernel.OutputChannels} - channel)";
            string group = kernel.Groups == 1 || sparse
                ? "0" : perOutputGroup == 1 ? $"channel * {sourceGroup}" : $"channel / {perOutputGroup} * {sourceGroup}";
            if (kernel.IsInPlace)
            {
                Call(kernel, writer, helperName, sparse, group, "channel", rows, resultName, $"channel * {geometry.OutputSize}");
                return;
            }

            Call(kernel, writer, helperName, sparse, group, "channel", rows, "gapped", "0");
            writer.Line($"{scope.Use(PackingHelpers.CloseGaps(scope.IsModern))}(gapped, {resultName}.Slice(channel * {geometry.OutputSize}), planes: {rows}, rows: {geometry.OutputHeight}, "
                + $"columns: {geometry.OutputWidth}, pitch: {geometry.Columns}, size: {geometry.Length});");
        }
    }

    // References to the planes and to the tables; returns the name of the loop.
    private static string Declare(ConvolutionKernel kernel, string source, LayerScope scope)
    {
        scope.Reference(kernel.Segments is not null ? "ushort" : kernel.IsInteger ? "int" : "float", "source", source);
        bool sparse = kernel.Order == TapOrder.Sparse;
        string offsetType = kernel.Offsets.Element.Keyword(), weightType = !kernel.IsInteger
            ? "float" : kernel.Weights.Element == ElementType.Int8 ? "short" : "int";
        scope.Reference(offsetType, "offsets", scope.Table(kernel.Offsets));
        scope.Reference(weightType, "weights", WeightTable(kernel.Weights, weightType, scope));
        scope.Reference(kernel.IsInteger ? "int" : "float", "bias", scope.Table(kernel.Bias));
        if (kernel.IsInteger) scope.Reference("float", "multipliers", scope.Table(kernel.Multipliers!));
        if (sparse) scope.Reference("int", "first", scope.Table(kernel.First!));
        if (kernel.Segments is not null) scope.Reference("int", "segments", scope.Table(kernel.Segments));

        string name = (sparse ? "ConvolveSparse" : "ConvolveDense") + (kernel.IsInteger ? weightType == "short" ? "Int8" : "Int16" : "")
            + (sparse && offsetType == "int" ? "Far" : "");

        // Rows of whole vectors of 256 bits, but not of 512.
        bool hasHalves = !sparse && kernel.IsInPlace && !kernel.Geometry.IsContiguous && kernel.Geometry.OutputWidth % 16 != 0;
        if (hasHalves) name += "Halves";
        if (kernel.AddsOperand)
        {
            name += "Add";
            scope.Reference("float", "operand", scope.Operand(1));
        }

        return scope.Use(kernel.Segments is not null ? ByteTileHelpers.Create(offsetType)
            : TileHelpers.Create(new TileFlavor(name, kernel.IsInteger, sparse, false, weightType, offsetType, IsWindow: true, hasHalves, kernel.AddsOperand)));
    }

    // Integers, modern profile: some rows of the output after the other, or some pixels, so that little is laid out at a time.
    private static void EmitBands(ConvolutionKernel kernel, ConvolutionGeometry whole, LayerScope scope)
    {
        ConvolutionGeometry band = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        int packed = band.IsDirect ? 0 : ConvolutionLowering.PackedChannels(band) * band.ChannelStride, pairs = (band.Channels + 1) / 2 * band.ChannelStride;
        string type = kernel.Input.Keyword();
        if (packed > 0) writer.Line($"Span<{type}> planes = {scope.Scratch(kernel.Input, 0, packed)};");
        writer.Line($"Span<int> pairs = {scope.Scratch(ElementType.Int32, ConvolutionLowering.Align(packed), pairs)};");
        writer.Line($"Span<byte> result = MemoryMarshal.AsBytes({scope.Result()});");
        string helper = Declare(kernel, "pairs", scope), join = scope.Use(PackingHelpers.PairChannels(kernel.Input));
        int count = band.IsDirect ? band.OutputWidth : band.OutputHeight, all = band.IsDirect ? whole.OutputSize : whole.OutputHeight;
        string place = band.IsDirect ? "pixel" : "row";
        bool isUneven = all % count != 0;
        string loop = isUneven ? "next" : place;
        using (writer.Block($"for (int {loop} = 0; {loop} < {all}; {loop} += {count})"))
        {
            if (isUneven) writer.Line($"int {place} = Math.Min(next, {all - count});");
            if (band.IsDirect) Join($"{scope.Operand(0)}.Slice(pixel)", "pairs", band.Channels, whole.OutputSize);
            else if (ConvolutionLowering.PackedChannels(band) == band.Channels)
            {
                Pack(scope.Operand(0));
                Join("planes", "pairs", band.Channels, band.ChannelStride);
            }
            else
                using (writer.Block($"for (int pair = 0; pair < {band.Channels / 2}; pair++)"))
                {
                    Pack($"{scope.Operand(0)}.Slice(pair * {2 * band.Height * band.Width})");
                    Join("planes", $"pairs.Slice(pair * {band.ChannelStride})", 2, band.ChannelStride);
                }

            writer.Line();
            Call(kernel, writer, helper, kernel.Order == TapOrder.Sparse, "0", "0", FormattableString.Invariant($"{kernel.OutputChannels}"), "result",
                band.IsDirect ? "pixel" : $"row * {band.OutputWidth}");
        }

        void Join(string from, string to, int channels, int stride) =>
            writer.Line($"{join}({from}, {to}, groups: 1, channels: {channels}, size: {band.ChannelStride}, stride: {stride});");

        // Rows before the band are padding that is left out.
        void Pack(string from)
        {
            string rows = band.StrideY == 1 ? "row" : $"row * {band.StrideY}", top = band.PadTop == 0 ? $"-{rows}" : $"{band.PadTop} - {rows}";
            writer.Line($"{scope.Use(PackingHelpers.PackPlanes(isModern: true))}<{type}>(");
            using (writer.Indent())
            {
                writer.Line($"{from}, planes, channels: {ConvolutionLowering.PackedChannels(band)}, height: {band.Height}, width: {band.Width}, strideY: {band.StrideY}, strideX: {band.StrideX},");
                writer.Line($"padTop: {top}, padLeft: {band.PadLeft}, phasesY: {band.PhasesY}, phasesX: {band.PhasesX}, rows: {band.Rows}, columns: {band.Columns}, padding: {kernel.InputZeroPoint});");
            }
        }
    }

    private static int GreatestDivisor(int value, int limit)
    {
        while (value % limit != 0) limit--;
        return limit;
    }

    /// <summary>Expression for a table of weights as they are read.</summary>
    public static string WeightTable(ConstantTable table, string weightType, LayerScope scope)
    {
        if (weightType == "float") return scope.Table(table);
        // Pairs are read as one number of twice the size.
        ElementType pair = weightType == "short" ? ElementType.Int16 : ElementType.Int32;
        return scope.Table(table with { Element = pair, Length = table.Length / 2 });
    }

    private static void Call(ConvolutionKernel kernel, CodeWriter writer, string helper, bool sparse, string group, string channel,
        string rows, string output, string outputOffset)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        string taps = kernel.Segments is not null ? $"ref {At("segments", channel)}, ref first, ref offsets"
            : sparse ? $"ref {At("first", channel)}, ref offsets"
            : FormattableString.Invariant($"ref offsets, taps: {kernel.Taps}");
        string weights = sparse ? "ref weights" : $"ref {At("weights", channel == "0" ? "0" : $"{channel} * {kernel.Taps}")}";
        bool byRow = !geometry.IsContiguous && kernel.IsInPlace && kernel.Aligned is null;
        string height = kernel.Segments is null ? "" : FormattableString.Invariant($"height: {(byRow ? geometry.OutputHeight : 1)}, ");
        string window = height + (byRow ? FormattableString.Invariant($"width: {geometry.OutputWidth}, pitch: {geometry.Columns}, ")
            : FormattableString.Invariant($"width: {(kernel.Aligned is null ? geometry.Length : geometry.OutputSize)}, pitch: 0, "));
        writer.Line($"{helper}(");
        using (writer.Indent())
        {
            writer.Line($"ref {At("source", group)}, {window}{taps}, {weights},");
            writer.Line($"ref {At("bias", channel)}, {(kernel.IsInteger ? $"ref {At("multipliers", channel)}, " : "")}rows: {rows},");
            string operand = kernel.AddsOperand ? "ref operand, " : "";
            string target = outputOffset == "0" ? $"ref MemoryMarshal.GetReference({output})"
                : $"ref Unsafe.Add(ref MemoryMarshal.GetReference({output}), {outputOffset})";
            int stride = kernel.IsInPlace ? (kernel.Whole ?? geometry).OutputSize : geometry.Length;
            string length = kernel.Segments is not null ? ""
                : FormattableString.Invariant($"length: {(kernel.IsInPlace ? geometry.OutputSize : geometry.Length)}, ");
            writer.Line($"{operand}{target}, stride: {stride}, {length}{Finish(kernel)});");
        }
    }

    private static string At(string reference, string index) => index == "0" ? reference : $"Unsafe.Add(ref {reference}, {index})";

    /// <summary>Arguments for the end of a sum.</summary>
    public static string Finish(ConvolutionKernel kernel) => kernel.Requantization is { } requantization
        ? $"low: {Literals.Float(requantization.RelativeLow)}, high: {Literals.Float(requantization.RelativeHigh)}, zeroPoint: {requantization.ZeroPoint}"
        : $"low: {Literals.Float(kernel.Activation.Low)}, high: {Literals.Float(kernel.Activation.High)}";

    private static void EmitPortable(ConvolutionKernel kernel, string source, int offset, LayerScope scope)
    {
        ConvolutionGeometry geometry = kernel.Geometry;
        CodeWriter writer = scope.Writer;
        bool sparse = kernel.Order == TapOrder.Sparse;
        if (kernel.IsInteger)
        {
            writer.Line($"Span<int> sums = {scope.Scratch(ElementType.Int32, offset, geometry.Length)};");
            offset += geometry.Length * sizeof(int);
        }

        if (!geometry.IsContiguous)
        {
            writer.Line($"Span<{kernel.Output.Keyword()}> gapped = {scope.Scratch(kernel.Output, ConvolutionLowering.Align(offset), geometry.Length)};");
        }

        int perGroup = kernel.OutputChannels / kernel.Groups, groupStride = geometry.Channels / kernel.Groups * geometry.ChannelStride;
        writer.Line($"ReadOnlySpan<{kernel.Offsets.Element.Keyword()}> offsets = {scope.Table(kernel.Offsets)};");
        writer.Line($"ReadOnlySpan<{kernel.Weights.Element.Keyword()}> weights = {scope.Table(kernel.Weights)};");
        writer.Line($"ReadOnlySpan<{kernel.Bias.Element.Keyword()}> bias = {scope.Table(kernel.Bias)};");
        if (kernel.IsInteger) writer.Line($"ReadOnlySpan<float> multipliers = {scope.Table(kernel.Multipliers!)};");
        if (sparse) writer.Line($"ReadOnlySpan<int> first = {scope.Table(kernel.First!)};");
        using (writer.Block($"for (int channel = 0; channel < {kernel.OutputChannels}; channel++)"))
        {
            string target = geometry.IsContiguous ? $"{scope.Result()}.Slice(channel * {geometry.OutputSize}, {geometry.Length})"
                : "gapped";
            string sum = kernel.IsInteger ? "sums" : "target";
            if (!kernel.IsInteger || geometry.IsContiguous) writer.Line($"Span<{kernel.Output.Keyword()}> target = {target};");
            else writer.Line($"Span<{kernel.Output.Keyword()}> target = gapped;");
            writer.Line($"{sum}.Fill(bias[channel]);");
            string input = sparse || kernel.Groups == 1
                ? source : $"{source}.Slice({(perGroup == 1 ? "channel" : $"channel / {perGroup}")} * {groupStride})";
            string helper = scope.Use(PortableHelpers.Accumulate(kernel.Input, kernel.Weights.Element, kernel.Offsets.Element));
            writer.Line(sparse
                ? $"{helper}({input}, offsets.Slice(first[channel], first[channel + 1] - first[channel]), weights.Slice(first[channel]), {sum});"
                : $"{helper}({input}, offsets, weights.Slice(channel * {kernel.Taps}), {sum});");
            if (kernel.IsInteger)
            {
                writer.Line($"{scope.Use(PortableHelpers.RequantizeRun(kernel.Output))}(sums, target, multipliers[channel], {Finish(kernel)});");
            }
            else if (!kernel.Activation.IsNone)
            {
                writer.Line($"{scope.Use(PortableHelpers.ClampRun)}(target, {Finish(kernel)});");
            }

            if (!geometry.IsContiguous)
            {
                writer.Line($"{scope.Use(PackingHelpers.CloseGaps(scope.IsModern))}(gapped, {scope.Result()}.Slice(channel * {geometry.OutputSize}), planes: 1, rows: {geometry.OutputHeight}, "
                    + $"columns: {geometry.OutputWidth}, pitch: {geometry.Columns}, size: {geometry.Length});");
            }
        }
    }
}
