using System;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Softmax and normalizations, both profiles.</summary>
internal static class NormalizationEmitter
{
    public static void Emit(SoftmaxKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string x = scope.Operand(0), y = scope.Result();
        bool integer = kernel.Exponentials is not null;
        if (integer) writer.Line($"ReadOnlySpan<float> exponentials = {scope.Table(kernel.Exponentials!)};");
        using (writer.Block($"for (int outer = 0; outer < {kernel.Outer}; outer++)"))
        using (writer.Block($"for (int inner = 0; inner < {kernel.Inner}; inner++)"))
        {
            writer.Line($"int first = outer * {kernel.Length * kernel.Inner} + inner, end = first + {kernel.Length * kernel.Inner};");
            string step = kernel.Inner == 1 ? "i++" : $"i += {kernel.Inner}";
            writer.Line($"{(integer ? "int" : "float")} largest = {x}[first];");
            writer.Line($"for (int i = first; i < end; {step}) largest = Math.Max(largest, {x}[i]);");
            writer.Line($"double sum = 0;");
            string exponential = integer ? $"exponentials[largest - {x}[i]]" : $"MathF.Exp({x}[i] - largest)";
            if (integer || kernel.Logarithm)
            {
                writer.Line($"for (int i = first; i < end; {step}) sum += {exponential};");
                string probability = integer ? $"(float)({exponential} / sum)" : $"({x}[i] - largest) - logarithm";
                if (kernel.Logarithm) writer.Line("float logarithm = (float)Math.Log(sum);");
                using (writer.Block($"for (int i = first; i < end; {step})"))
                {
                    writer.Line($"float p = {probability};");
                    writer.Line($"{y}[i] = {Quantized(kernel, "p", scope)};");
                }
            }
            else
            {
                using (writer.Block($"for (int i = first; i < end; {step})"))
                {
                    writer.Line($"float e = {exponential};");
                    writer.Line($"{y}[i] = e;");
                    writer.Line("sum += e;");
                }

                writer.Line("float scale = (float)(1 / sum);");
                writer.Line($"for (int i = first; i < end; {step}) {y}[i] *= scale;");
            }
        }
    }

    public static void Emit(StandardizeKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        using (writer.Block($"for (int run = 0; run < {kernel.Runs}; run++)"))
        {
            writer.Line($"ReadOnlySpan<float> x = {scope.Operand(0)}.Slice(run * {kernel.Length}, {kernel.Length});");
            writer.Line($"Span<float> y = {scope.Result()}.Slice(run * {kernel.Length}, {kernel.Length});");
            writer.Line("double sum = 0, squares = 0;");
            writer.Line("foreach (float value in x) sum += value;");
            writer.Line("double mean = sum / x.Length;");
            writer.Line("foreach (float value in x) squares += (value - mean) * (value - mean);");
            writer.Line($"double scale = 1 / Math.Sqrt(squares / x.Length + {Literals.Float(kernel.Epsilon)});");
            writer.Line("for (int i = 0; i < x.Length; i++) y[i] = (float)((x[i] - mean) * scale);");
        }
    }

    public static void Emit(LocalResponseKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        LocalResponse op = kernel.Operator;
        using (writer.Block($"for (int channel = 0; channel < {kernel.Channels}; channel++)"))
        {
            writer.Line($"int begin = Math.Max(0, channel - {(op.Size - 1) / 2}), end = Math.Min({kernel.Channels - 1}, channel + {op.Size / 2});");
            using (writer.Block($"for (int i = 0; i < {kernel.Inner}; i++)"))
            {
                writer.Line("float squares = 0;");
                using (writer.Block("for (int other = begin; other <= end; other++)"))
                {
                    writer.Line($"float x = {scope.Operand(0)}[other * {kernel.Inner} + i];");
                    writer.Line("squares += x * x;");
                }

                writer.Line($"{scope.Result()}[channel * {kernel.Inner} + i] = {scope.Operand(0)}[channel * {kernel.Inner} + i] / MathF.Pow({Literals.Float(op.Bias)} + {Literals.Float(op.Alpha / op.Size)} * squares, {Literals.Float(op.Beta)});");
            }
        }
    }

    private static string Quantized(SoftmaxKernel kernel, string probability, LayerScope scope)
    {
        if (kernel.Result is not { } result) return probability;
        Quantization q = result.Quantization;
        string low = Literals.Float(result.Range.Low - q.ZeroPoint), high = Literals.Float(result.Range.High - q.ZeroPoint);
        string range = FormattableString.Invariant($"{low}, {high}, {q.ZeroPoint}");
        return $"({result.Element.Keyword()}){scope.UseMethod(QuantizedEmitter.RoundScaled, "Quantize")}({probability} / {Literals.Float(q.Scale)}, {range})";
    }
}
