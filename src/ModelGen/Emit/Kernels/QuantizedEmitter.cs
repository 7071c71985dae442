using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Element-wise integer layers and the conversions at the edges, both profiles.</summary>
internal static class QuantizedEmitter
{
    private static readonly Helper Look = new("LookUp", """
        // output[i] = table[input[i]], the byte read without its sign.
        private static void LookUp(ReadOnlySpan<byte> input, ReadOnlySpan<byte> table, Span<byte> output)
        {
            table = table.Slice(0, 256);
            for (int i = 0; i < input.Length; i++) output[i] = table[input[i]];
        }
        """);

    public static readonly Helper RoundScaled = new("QuantizeScalar", """
        // round(scaled) + zeroPoint within its range: clamped first, then adding 1.5 * 2^23 rounds half to even in the lowest bits. NaN becomes the lowest.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Quantize(float scaled, float low, float high, int zeroPoint)
        {
            scaled = scaled > low ? scaled < high ? scaled : high : low;
            return BitConverter.SingleToInt32Bits(scaled + 12582912f) - 0x4B400000 + zeroPoint;
        }
        """);

    private static readonly Helper LookByChannel = new("LookUpByChannel", """
        // A table for each channel in turn; size neighbouring elements share it.
        private static void LookUpByChannel(ReadOnlySpan<byte> input, ReadOnlySpan<byte> tables, Span<byte> output, int size)
        {
            for (int start = 0, table = 0; start < input.Length; start += size, table = table + 256 < tables.Length ? table + 256 : 0)
                LookUp(input.Slice(start, size), tables.Slice(table), output.Slice(start));
        }
        """, Look);

    public static void Emit(LookupKernel kernel, LayerScope scope)
    {
        string input = AsBytes(scope.Operand(0), kernel.Input), output = AsBytes(scope.Result(), kernel.Output);
        string arguments = $"{input}, {scope.Table(kernel.Table)}, {output}";
        if (kernel.Channels == 1) scope.Writer.Line($"{scope.Use(Look)}({arguments});");
        else scope.Writer.Line($"{scope.Use(LookByChannel)}({arguments}, size: {kernel.Inner});");
    }

    public static void Emit(QuantizedBinaryKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string left = Declare(kernel.Left, 0, scope), right = Declare(kernel.Right, 1, scope);
        LoopNest nest = LoopNest.Create(kernel.Result.Shape, [kernel.Left.Shape, kernel.Right.Shape]);
        int inner = nest.Sizes.Length - 1, size = nest.Sizes[inner];
        nest.Open(writer, inner);
        writer.Line($"Span<{kernel.Result.Element.Keyword()}> target = {scope.Result()}.Slice({nest.Expression(inner, nest.Result)}, {size});");
        string a = Element(kernel.Left, left, "a", nest.Operands[0], nest, inner, size, writer),
            b = Element(kernel.Right, right, "b", nest.Operands[1], nest, inner, size, writer);
        Requantization requantization = kernel.Requantization;
        if (scope.IsModern && kernel.Function != BinaryFunction.Multiply && AreRuns(kernel.Result, [kernel.Left, kernel.Right], nest))
        {
            float sign = kernel.Function == BinaryFunction.Subtract ? -1 : 1;
            EmitAddScaled(kernel.Left.Element, "a", kernel.LeftQuantization.ZeroPoint, requantization.Multipliers[0], kernel.Right.Element, "b",
                kernel.RightQuantization.ZeroPoint, sign * requantization.Multipliers[1], kernel.Result.Element, requantization, scope);
            nest.Close(writer, inner);
            return;
        }

        string x = Shifted(a, kernel.LeftQuantization.ZeroPoint), y = Shifted(b, kernel.RightQuantization.ZeroPoint);
        string range = $"{Literals.Float(requantization.RelativeLow)}, {Literals.Float(requantization.RelativeHigh)}, {requantization.ZeroPoint}";
        using (writer.Block("for (int i = 0; i < target.Length; i++)"))
        {
            if (kernel.Function == BinaryFunction.Multiply)
            {
                writer.Line($"target[i] = ({kernel.Result.Element.Keyword()}){scope.UseMethod(VectorHelpers.RequantizeScalar, "Requantize")}({x} * {y}, {Literals.Float(requantization.Multipliers[0])}, {range});");
            }
            else
            {
                // Casts keep each step in single precision, so that no platform fuses or widens it.
                string sign = kernel.Function == BinaryFunction.Subtract ? "-" : "+";
                writer.Line($"float p = (float)((float){x} * {Literals.Float(requantization.Multipliers[0])});");
                writer.Line($"float q = (float)((float){y} * {Literals.Float(requantization.Multipliers[1])});");
                writer.Line($"target[i] = ({kernel.Result.Element.Keyword()}){scope.UseMethod(RoundScaled, "Quantize")}(p {sign} q, {range});");
            }
        }

        nest.Close(writer, inner);
    }

    public static void Emit(QuantizedSumKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string[] names = kernel.Operands.Select((operand, i) => Declare(operand, i, scope)).ToArray();
        LoopNest nest = LoopNest.Create(kernel.Result.Shape, kernel.Operands.Select(operand => operand.Shape).ToArray());
        int inner = nest.Sizes.Length - 1, size = nest.Sizes[inner];
        nest.Open(writer, inner);
        string element = kernel.Result.Element.Keyword(), start = nest.Expression(inner, nest.Result);
        writer.Line($"Span<{element}> target = {scope.Result()}.Slice({start}, {size});");
        string[] elements = kernel.Operands
            .Select((operand, i) =>
                Element(operand, names[i], FormattableString.Invariant($"x{i + 1}"), nest.Operands[i], nest, inner, size, writer))
                .ToArray();
        Requantization requantization = kernel.Requantization;
        if (scope.IsModern && elements.Length == 2 && AreRuns(kernel.Result, kernel.Operands, nest))
        {
            EmitAddScaled(kernel.Operands[0].Element, "x1", kernel.ZeroPoints[0], requantization.Multipliers[0], kernel.Operands[1].Element, "x2",
                kernel.ZeroPoints[1], kernel.Negative[1] ? -requantization.Multipliers[1] : requantization.Multipliers[1], kernel.Result.Element,
                requantization, scope);
            nest.Close(writer, inner);
            return;
        }

        using (writer.Block("for (int i = 0; i < target.Length; i++)"))
        {
            // Casts keep each step in single precision, so that no platform fuses or widens it.
            for (int i = 0; i < elements.Length; i++)
            {
                string multiplier = Literals.Float(requantization.Multipliers[i]);
                string term = $"(float)((float){Shifted(elements[i], kernel.ZeroPoints[i])} * {multiplier})";
                writer.Line(i == 0 ? $"float sum = {term};" : $"sum = (float)(sum {(kernel.Negative[i] ? "-" : "+")} {term});");
            }

            string low = Literals.Float(requantization.RelativeLow), high = Literals.Float(requantization.RelativeHigh);
            string range = $"{low}, {high}, {requantization.ZeroPoint}";
            writer.Line($"target[i] = ({element}){scope.UseMethod(RoundScaled, "Quantize")}(sum, {range});");
        }

        nest.Close(writer, inner);
    }

    // Whether all operands and the result are bytes that run side by side.
    private static bool AreRuns(TensorType result, IReadOnlyList<ElementWiseOperand> operands, LoopNest nest) =>
        result.Element.IsByte() && operands.All(operand => operand.Scalar is null && operand.Element.IsByte())
            && nest.Operands.All(strides => strides[strides.Length - 1] == 1);

    private static void EmitAddScaled(
        ElementType leftElement, string left, int leftZero, float leftScale, ElementType rightElement, string right, int rightZero,
        float rightScale, ElementType element, Requantization requantization, LayerScope scope)
    {
        // Whole factors, which scales that are powers of two give, need no real numbers.
        CodeWriter writer = scope.Writer;
        bool isWhole = Math.Truncate((double)leftScale) == leftScale && Math.Truncate((double)rightScale) == rightScale
            && (Math.Abs(leftScale) + Math.Abs(rightScale)) * byte.MaxValue <= short.MaxValue;
        string Factor(string side, float scale) => isWhole ? FormattableString.Invariant($"{side}Factor: {(int)scale}") : $"{side}Scale: {Literals.Float(scale)}";
        writer.Line($"{scope.Use(isWhole ? ByteVectorHelpers.AddMultiples : ByteVectorHelpers.AddScaled)}(");
        using (writer.Indent())
        {
            writer.Line(FormattableString.Invariant($"{AsBytes(left, leftElement)}, leftFlip: {Flip(leftElement)}, leftZero: {leftZero + Flip(leftElement)}, {Factor("left", leftScale)},"));
            writer.Line(FormattableString.Invariant($"{AsBytes(right, rightElement)}, rightFlip: {Flip(rightElement)}, rightZero: {rightZero + Flip(rightElement)}, {Factor("right", rightScale)},"));
            string range = isWhole
                ? FormattableString.Invariant($"low: {(int)requantization.RelativeLow}, high: {(int)requantization.RelativeHigh}, zeroPoint: {requantization.ZeroPoint}")
                : Range(requantization);
            writer.Line($"{AsBytes("target", element)}, {range});");
        }
    }

    // Whether one divided by a number is exact: powers of two, away from the ends of their range.
    private static bool HasReciprocal(float scale)
    {
        const int Fraction = (1 << 23) - 1;
        return scale is > 1e-30f and < 1e30f && (BitConverter.ToInt32(BitConverter.GetBytes(scale), 0) & Fraction) == 0;
    }

    private static string Range(Requantization requantization) => FormattableString.Invariant(
        $"low: {Literals.Float(requantization.RelativeLow)}, high: {Literals.Float(requantization.RelativeHigh)}, zeroPoint: {requantization.ZeroPoint}");

    /// <summary>What makes an unsigned byte of a signed one.</summary>
    public static int Flip(ElementType element) => element == ElementType.Int8 ? 128 : 0;

    public static void Emit(QuantizeKernel kernel, LayerScope scope)
    {
        Quantization parameters = kernel.Parameters;
        ElementType element = kernel.Output;
        if (scope.IsModern && parameters.IsPerTensor && element.IsByte())
        {
            int zero = parameters.ZeroPoint;
            bool multiplies = HasReciprocal(parameters.Scale);
            string factor = Literals.Float(multiplies ? 1 / parameters.Scale : parameters.Scale);
            scope.Writer.Line(FormattableString.Invariant($"{scope.Use(ByteVectorHelpers.QuantizeRun(multiplies))}({scope.Operand(0)}, {factor}, {AsBytes(scope.Result(), element)}, low: {Literals.Float(kernel.Range.Low - zero)}, high: {Literals.Float(kernel.Range.High - zero)}, zeroPoint: {zero});"));
            return;
        }

        string index = kernel.Inner == 1 ? $"i % {parameters.Scales.Count}" : $"i / {kernel.Inner} % {parameters.Scales.Count}";
        CodeWriter writer = scope.Writer;
        if (!parameters.IsPerTensor) writer.Line($"ReadOnlySpan<float> scales = {scope.Table(kernel.Scales!)};");
        if (!parameters.IsPerTensor) writer.Line($"ReadOnlySpan<int> zeroPoints = {scope.Table(kernel.ZeroPoints!)};");
        using (writer.Block($"for (int i = 0; i < {scope.Result()}.Length; i++)"))
        {
            string scale = parameters.IsPerTensor ? Literals.Float(parameters.Scale) : $"scales[{index}]";
            string zeroPoint = parameters.IsPerTensor
                ? parameters.ZeroPoint.ToString(CultureInfo.InvariantCulture) : $"zeroPoints[{index}]";
            string Relative(int bound) => parameters.IsPerTensor
                ? Literals.Float(bound - parameters.ZeroPoint)
                : FormattableString.Invariant($"{bound} - zeroPoints[{index}]");
            string low = Relative(kernel.Range.Low), high = Relative(kernel.Range.High);
            writer.Line($"{scope.Result()}[i] = ({element.Keyword()}){scope.UseMethod(RoundScaled, "Quantize")}({scope.Operand(0)}[i] / {scale}, {low}, {high}, {zeroPoint});");
        }
    }

    public static void Emit(DequantizeKernel kernel, LayerScope scope)
    {
        Quantization parameters = kernel.Parameters;
        if (scope.IsModern && parameters.IsPerTensor && kernel.Input.IsByte())
        {
            int flip = Flip(kernel.Input);
            scope.Writer.Line(FormattableString.Invariant($"{scope.Use(ByteVectorHelpers.DequantizeRun)}({AsBytes(scope.Operand(0), kernel.Input)}, flip: {flip}, zeroPoint: {parameters.ZeroPoint + flip}, {Literals.Float(parameters.Scale)}, {scope.Result()});"));
            return;
        }

        string index = kernel.Inner == 1 ? $"i % {parameters.Scales.Count}" : $"i / {kernel.Inner} % {parameters.Scales.Count}";
        string scale = parameters.IsPerTensor ? Literals.Float(parameters.Scale) : $"{scope.Table(kernel.Scales!)}[{index}]";
        string x = parameters.IsPerTensor ? Shifted($"{scope.Operand(0)}[i]", parameters.ZeroPoint)
            : $"({scope.Operand(0)}[i] - {scope.Table(kernel.ZeroPoints!)}[{index}])";
        scope.Writer.Line($"for (int i = 0; i < {scope.Result()}.Length; i++) {scope.Result()}[i] = {x} * {scale};");
    }

    private static string Declare(ElementWiseOperand operand, int index, LayerScope scope)
    {
        if (operand.Scalar is { } number) return number.GetLong(0).ToString(CultureInfo.InvariantCulture);
        string name = index switch { 0 => "left", 1 => "right", _ => FormattableString.Invariant($"operand{index + 1}") };
        string span = operand.Constant is null ? scope.InputName(index)! : scope.Table(operand.Constant);
        scope.Writer.Line($"ReadOnlySpan<{operand.Element.Keyword()}> {name} = {span};");
        return name;
    }

    private static string Element(ElementWiseOperand operand, string name, string local, int[] strides, LoopNest nest, int inner, int size,
        CodeWriter writer)
    {
        if (operand.Scalar is not null) return name;
        string start = nest.Expression(inner, strides);
        if (strides[inner] == 0)
        {
            writer.Line($"int {local} = {name}[{start}];");
            return local;
        }

        writer.Line($"ReadOnlySpan<{operand.Element.Keyword()}> {local} = {name}.Slice({start}, {size});");
        return $"{local}[i]";
    }

    private static string Shifted(string x, int zeroPoint) => zeroPoint == 0 ? x : zeroPoint > 0
        ? FormattableString.Invariant($"({x} - {zeroPoint})")
        : FormattableString.Invariant($"({x} + {-(long)zeroPoint})");

    /// <summary>A span of 8-bit integers as bytes.</summary>
    public static string AsBytes(string span, ElementType element) => element == ElementType.Int8 ? $"MemoryMarshal.AsBytes({span})" : span;
}
