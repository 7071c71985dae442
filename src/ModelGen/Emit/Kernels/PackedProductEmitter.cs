using System;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Emit.Kernels;

/// <summary>Fully connected integer layers that multiply weights as they are read from their packed form, both profiles.</summary>
internal static class PackedProductEmitter
{
    /// <summary>Writes the body of the layer.</summary>
    public static void Emit(ProductKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string helper = scope.Use(Multiply(kernel, scope.IsModern)), x = scope.Operand(0), y = scope.Result();
        IDisposable? loop = null;
        if (kernel.Vectors > 1)
        {
            loop = writer.Block($"for (int row = 0; row < {kernel.Vectors}; row++)");
            x += FormattableString.Invariant($".Slice(row * {kernel.Inputs}, {kernel.Inputs})");
            y += FormattableString.Invariant($".Slice(row * {kernel.Outputs}, {kernel.Outputs})");
        }

        writer.Line($"{helper}(");
        using (writer.Indent())
        {
            writer.Line($"{PackedLoop.Arguments(kernel.Matrix!, scope.Table(kernel.Weights!))},");
            writer.Line($"{x}, {scope.Table(kernel.Bias!)}, {scope.Table(kernel.Multipliers!)}, {y}, {ProductEmitter.Finish(kernel)});");
        }

        loop?.Dispose();
    }

    private static Helper Multiply(ProductKernel kernel, bool modern)
    {
        PackedCoding coding = kernel.Matrix!.Coding;
        string input = kernel.Input.Keyword(), output = kernel.Output.Keyword();
        string name = $"MultiplyPacked{coding}{kernel.Input}{(kernel.Output == kernel.Input ? "" : "To" + kernel.Output)}";
        return new Helper(name, () => Text(name, input, output, coding, modern), PackedLoop.Bits(modern), VectorHelpers.RequantizeScalar);
    }

    private static string Text(string name, string input, string output, PackedCoding coding, bool modern)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line("// output[row] = requantize(bias[row] + sum of weights[row][column] * x[column]).");
        if (modern) writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent())
            writer.Line($"{PackedLoop.Parameters}, ReadOnlySpan<{input}> x, ReadOnlySpan<int> bias, ReadOnlySpan<float> multipliers, "
                + $"Span<{output}> output, float low, float high, int zeroPoint)");
        using (writer.Block())
        {
            if (modern) writer.Line($"ref {input} source = ref MemoryMarshal.GetReference(x);");
            PackedLoop.Write(writer, coding, modern, "int sum = bias[row];",
                modern ? "sum += value * Unsafe.Add(ref source, column);" : "sum += value * x[column];",
                $"output[row] = ({output})Requantize(sum, multipliers[row], low, high, zeroPoint);");
        }

        return writer.ToString().TrimEnd('\n');
    }
}
