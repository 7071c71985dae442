using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Reductions, both profiles: loops over what is kept around loops over what is reduced.</summary>
internal static class ReductionEmitter
{
    private const int FewestByteColumns = 8;

    public static void Emit(ReductionKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        bool isByte = kernel.Element.IsByte(), isInteger = !kernel.Element.IsFloat();
        int count = kernel.ReducedDimensions.Aggregate(1, (a, b) => a * b);
        string type = kernel.Requantization is not null ? "int" : kernel.Element.Keyword();
        if (SumsColumns(kernel, scope))
        {
            EmitColumns(kernel, count, scope);
            return;
        }

        (string start, string step, string end) = Parts(kernel, type, count, scope);
        writer.Line("int next = 0;");
        string kept = Loops(writer, kernel.KeptDimensions, kernel.KeptStrides, "k");
        writer.Line($"{type} result = {start};");
        if (SumsRuns(kernel, scope))
        {
            int last = kernel.ReducedDimensions.Length - 1;
            int[] outer = kernel.ReducedDimensions.Take(last).ToArray();
            string run = Sum(kept, Loops(writer, outer, kernel.ReducedStrides, "r"));
            string slice = FormattableString.Invariant($"{scope.Operand(0)}.Slice({run}, {kernel.ReducedDimensions[last]})");
            writer.Line(kernel.Element.IsByte()
                ? $"result += {scope.Use(ByteVectorHelpers.SumBytes)}({QuantizedEmitter.AsBytes(slice, kernel.Element)}, flip: {QuantizedEmitter.Flip(kernel.Element)});"
                : $"result += {scope.Use(VectorHelpers.SumRun)}({slice});");
            CloseLoops(writer, outer.Length);
            if (kernel.Requantization is { } bytes) Requantize(kernel, bytes, count, scope);
            else writer.Line($"{scope.Result()}[next++] = {end};");
            CloseLoops(writer, kernel.KeptDimensions.Length);
            return;
        }

        string reduced = Loops(writer, kernel.ReducedDimensions, kernel.ReducedStrides, "r");
        string element = $"{scope.Operand(0)}[{Sum(kept, reduced)}]";
        writer.Line($"{type} x = {element};");
        writer.Line(step);
        CloseLoops(writer, kernel.ReducedDimensions.Length);
        if (kernel.Requantization is { } requantization)
        {
            Requantize(kernel, requantization, count, scope);
        }
        else
        {
            writer.Line($"{scope.Result()}[next++] = {Cast(kernel.Element, isInteger && !isByte, end)};");
        }

        CloseLoops(writer, kernel.KeptDimensions.Length);
    }

    public static void Emit(ArgumentReductionKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        using (writer.Block($"for (int outer = 0; outer < {kernel.Outer}; outer++)"))
        using (writer.Block($"for (int inner = 0; inner < {kernel.Inner}; inner++)"))
        {
            writer.Line($"int start = outer * {kernel.Length * kernel.Inner} + inner, best = 0;");
            string comparison = (kernel.Smallest ? "<" : ">") + (kernel.Last ? "=" : "");
            writer.Line($"for (int i = 1; i < {kernel.Length}; i++)");
            writer.Line($"    if ({scope.Operand(0)}[start + i * {kernel.Inner}] {comparison} {scope.Operand(0)}[start + best * {kernel.Inner}]) best = i;");
            writer.Line($"{scope.Result()}[outer * {kernel.Inner} + inner] = best;");
        }
    }

    private static void Requantize(ReductionKernel kernel, Requantization requantization, int count, LayerScope scope) =>
        scope.Writer.Line($"{scope.Result()}[next++] = ({kernel.Output.Keyword()}){scope.UseMethod(VectorHelpers.RequantizeScalar, "Requantize")}("
            + $"result - {(long)count * kernel.InputZeroPoint}, {Literals.Float(requantization.Multipliers[0])}, {Literals.Float(requantization.RelativeLow)}, {Literals.Float(requantization.RelativeHigh)}, {requantization.ZeroPoint});".Replace("- -", "+ "));

    // Whether the elements to add up lie side by side in runs that fill vectors.
    private static bool SumsRuns(ReductionKernel kernel, LayerScope scope)
    {
        const int Shortest = 16;
        int last = kernel.ReducedDimensions.Length - 1;
        bool isSum = kernel.Element.IsByte() ? kernel.Requantization is not null
            : kernel.Element == ElementType.Float32 && kernel.Requantization is null;
        return scope.IsModern && isSum && kernel.Function is (ReductionFunction.Sum or ReductionFunction.Mean) && last >= 0 && kernel.ReducedDimensions[last] >= Shortest && kernel.ReducedStrides[last] == 1;
    }

    // Whether what is kept lies side by side: then the reduced elements of a vector of results are added at once.
    private static bool SumsColumns(ReductionKernel kernel, LayerScope scope)
    {
        int last = kernel.KeptDimensions.Length - 1;
        bool isSum = kernel.Element.IsByte() ? kernel.Requantization is not null && last >= 0 && kernel.KeptDimensions[last] >= FewestByteColumns
            : kernel is { Element: ElementType.Float32, Requantization: null };
        return scope.IsModern && isSum && kernel.Function is ReductionFunction.Sum or ReductionFunction.Mean
            && kernel.ReducedDimensions.Length == 1 && last is 0 or 1 && kernel.KeptStrides[last] == 1;
    }

    private static void EmitColumns(ReductionKernel kernel, int count, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        int last = kernel.KeptDimensions.Length - 1, columns = kernel.KeptDimensions[last];
        string x = scope.Operand(0), y = scope.Result();
        if (last == 1)
        {
            writer.Line(FormattableString.Invariant($"for (int sample = 0; sample < {kernel.KeptDimensions[0]}; sample++)"));
            writer.Block();
            x += FormattableString.Invariant($".Slice(sample * {kernel.KeptStrides[0]})");
            y += FormattableString.Invariant($".Slice(sample * {columns}, {columns})");
        }

        if (kernel.Requantization is { } bytes)
        {
            int flip = QuantizedEmitter.Flip(kernel.Element);
            writer.Line($"{scope.Use(ByteVectorHelpers.SumByteRows)}(");
            using (writer.Indent())
            {
                writer.Line(FormattableString.Invariant($"{QuantizedEmitter.AsBytes(x, kernel.Element)}, flip: {flip}, rows: {count}, stride: {kernel.ReducedStrides[0]}, {QuantizedEmitter.AsBytes(y, kernel.Output)}, bias: {-(long)count * (kernel.InputZeroPoint + flip)},"));
                writer.Line($"multiplier: {Literals.Float(bytes.Multipliers[0])}, low: {Literals.Float(bytes.RelativeLow)}, high: {Literals.Float(bytes.RelativeHigh)}, zeroPoint: {bytes.ZeroPoint});");
            }
        }
        else
        {
            string divisor = kernel.Function == ReductionFunction.Mean ? Literals.Float(count) : "1f";
            writer.Line(FormattableString.Invariant($"{scope.Use(VectorHelpers.SumRows)}({x}, rows: {count}, stride: {kernel.ReducedStrides[0]}, {y}, {divisor}, {Literals.Float(kernel.Activation.Low)}, {Literals.Float(kernel.Activation.High)});"));
        }

        if (last == 1) writer.Close(brace: true);
    }

    private static (string Start, string Step, string End) Parts(ReductionKernel kernel, string type, int count, LayerScope scope)
    {
        string math = kernel.Element == ElementType.Float32 ? "MathF" : "Math";
        (string start, string step, string end) = kernel.Function switch
        {
            ReductionFunction.Sum => ("0", "result += x;", "result"),
            ReductionFunction.Mean => ("0", "result += x;", kernel.Requantization is not null
                ? "result" : FormattableString.Invariant($"result / {count}")),
            ReductionFunction.Maximum => (kernel.Element.IsFloat()
                ? $"{type}.NegativeInfinity" : $"{type}.MinValue", "result = Math.Max(result, x);", "result"),
            ReductionFunction.Minimum => (kernel.Element.IsFloat()
                ? $"{type}.PositiveInfinity" : $"{type}.MaxValue", "result = Math.Min(result, x);", "result"),
            ReductionFunction.Product => ("1", "result *= x;", "result"),
            ReductionFunction.L1 when !kernel.Element.IsFloat() => ("0", "result += x < 0 ? -x : x;", "result"),
            ReductionFunction.L1 => ("0", "result += Math.Abs(x);", "result"),
            ReductionFunction.L2 => ("0", "result += x * x;", $"{math}.Sqrt(result)"),
            ReductionFunction.LogSum => ("0", "result += x;", $"{math}.Log(result)"),
            ReductionFunction.LogSumExp => ("0", $"result += {math}.Exp(x);", $"{math}.Log(result)"),
            _ => ("0", "result += x * x;", "result"),
        };
        if (!kernel.Activation.IsNone)
            end = $"{scope.UseMethod(VectorHelpers.ScalarClamp, "Clamp")}({end}, {Literals.Float(kernel.Activation.Low)}, {Literals.Float(kernel.Activation.High)})";
        return (start, step, end);
    }

    private static string Cast(ElementType element, bool needed, string expression) => needed
        ? $"({element.Keyword()})({expression})" : expression;

    private static string Loops(CodeWriter writer, int[] sizes, int[] strides, string prefix)
    {
        for (int i = 0; i < sizes.Length; i++)
        {
            string name = FormattableString.Invariant($"{prefix}{i}");
            writer.Line(FormattableString.Invariant($"for (int {name} = 0; {name} < {sizes[i]}; {name}++)"));
            writer.Block();
        }

        return string.Join(" + ", sizes.Select((_, i) => strides[i] == 1
            ? FormattableString.Invariant($"{prefix}{i}") : FormattableString.Invariant($"{prefix}{i} * {strides[i]}")));
    }

    private static void CloseLoops(CodeWriter writer, int count)
    {
        for (int i = 0; i < count; i++) writer.Close(brace: true);
    }

    private static string Sum(string a, string b) => a.Length == 0 ? b.Length == 0 ? "0" : b : b.Length == 0 ? a : $"{a} + {b}";
}
