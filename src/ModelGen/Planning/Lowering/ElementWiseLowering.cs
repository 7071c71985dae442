using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Functions of each element; on quantized tensors tables and integer arithmetic.</summary>
internal static class ElementWiseLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        if (node.Operator is Unary && node.Operator.Result is { } result) return Lookup(node, result, context);
        if (node.Operator is Binary && node.Operator.Result is not null) return QuantizedBinary(node, context);
        ElementWiseOperand[] operands = node.Inputs.Select(input => Operand(input!, context)).ToArray();
        return new ElementWiseKernel
        {
            Description = $"element by element, {node.Input(node.Operator is Select ? 1 : 0).Element.ToString().ToLowerInvariant()}",
            Operands = operands,
            Result = node.Output.Type,
            Operator = node.Operator,
            Cost = LayerCost.None with { WeightBytes = operands.Sum(operand => (long)(operand.Constant?.Bytes ?? 0)) },
        };
    }

    /// <summary>A table of the function of every 8-bit value (docs/numerics.md): <c>Quantize(f(Dequantize(q)))</c>.</summary>
    public static ConstantTable LookupTable(Unary function, TensorType input, QuantizedResult result, Activation activation,
        PlanContext context)
    {
        Quantization from = input.Quantization!;
        (int low, int high) = Requantization.Range(result, activation);
        var table = new byte[256];
        for (int i = 0; i < table.Length; i++)
        {
            int q = input.Element == ElementType.Int8 ? (sbyte)i : i;
            float x = (q - from.ZeroPoint) * from.Scale;
            float y = (float)UnaryFunctions.Evaluate(function.Function, x, function.Alpha, function.Beta);
            int value = Quantize.Apply(y, result.Quantization.Scale, result.Quantization.ZeroPoint, result.Range);
            table[i] = unchecked((byte)new IntegerRange(low, high).Clamp(value));
        }

        return context.Constants.Add(ElementType.UInt8, table);
    }

    private static LookupKernel Lookup(Node node, QuantizedResult result, PlanContext context)
    {
        Value x = node.Input(0);
        ConstantTable table = LookupTable((Unary)node.Operator, x.Type, result, node.Operator.Activation, context);
        return new LookupKernel
        {
            Description = $"table of 256 results, {x.Element.ToString().ToLowerInvariant()}",
            Input = x.Element,
            Output = result.Element,
            Table = table,
            Length = x.Shape.Count,
            Cost = LayerCost.None with { WeightBytes = table.Bytes },
        };
    }

    private static QuantizedBinaryKernel QuantizedBinary(Node node, PlanContext context)
    {
        var binary = (Binary)node.Operator;
        Value a = node.Input(0), b = node.Input(1);
        Quantization qa = a.Type.Quantization!, qb = b.Type.Quantization!, qy = binary.Result!.Quantization;
        float product = qa.Scale * qb.Scale;
        float[] multipliers = binary.Function == BinaryFunction.Multiply
            ? [product / qy.Scale] : [qa.Scale / qy.Scale, qb.Scale / qy.Scale];
        return new QuantizedBinaryKernel
        {
            Description = $"element by element, {a.Element.ToString().ToLowerInvariant()}, requantized",
            Function = binary.Function,
            Left = Operand(a, context),
            Right = Operand(b, context),
            LeftQuantization = qa,
            RightQuantization = qb,
            Result = node.Output.Type,
            Requantization = Requantization.For(binary, multipliers),
        };
    }

    public static Kernel LowerTable(Node node, PlanContext context)
    {
        var lookup = (TableLookup)node.Operator;
        Value x = node.Input(0);
        (int low, int high) = Requantization.Range(lookup.Result!, lookup.Activation);
        bool isSigned = lookup.Result!.Element == ElementType.Int8;
        byte[] results = lookup.Table.Select(q => unchecked((byte)Math.Max(low, Math.Min(high, isSigned ? (sbyte)q : q)))).ToArray();
        ConstantTable table = context.Constants.Add(ElementType.UInt8, results);
        string tables = lookup.Axis < 0 ? "table of 256 results"
            : FormattableString.Invariant($"{x.Shape[lookup.Axis]} tables of 256 results");
        return new LookupKernel
        {
            Description = $"{tables}, {x.Element.ToString().ToLowerInvariant()}",
            Input = x.Element,
            Output = node.Output.Element,
            Table = table,
            Length = x.Shape.Count,
            Channels = lookup.Axis < 0 ? 1 : x.Shape[lookup.Axis],
            Inner = lookup.Axis < 0 ? 1 : x.Shape.Product(lookup.Axis + 1, x.Shape.Rank),
            Cost = LayerCost.None with { WeightBytes = table.Bytes },
        };
    }

    public static Kernel LowerSum(Node node, PlanContext context)
    {
        var sum = (QuantizedSum)node.Operator;
        Quantization to = sum.Result!.Quantization;
        float divisor = to.Scale * sum.Divisor;
        return new QuantizedSumKernel
        {
            Description = FormattableString.Invariant($"{node.Inputs.Count} operands element by element, requantized"),
            Operands = node.Inputs.Select(input => Operand(input!, context)).ToArray(),
            ZeroPoints = node.Inputs.Select(input => input!.Type.Quantization!.ZeroPoint).ToArray(),
            Negative = sum.Negative.ToArray(),
            Result = node.Output.Type,
            Requantization = Requantization.For(sum, node.Inputs.Select(input => input!.Type.Quantization!.Scale / divisor).ToArray()),
        };
    }

    private static ElementWiseOperand Operand(Value value, PlanContext context)
    {
        if (value.Constant is null) return new ElementWiseOperand(value.Element, value.Shape, null, null);
        if (value.Shape.Count == 1) return new ElementWiseOperand(value.Element, value.Shape, null, value.Constant);
        return new ElementWiseOperand(value.Element, value.Shape, context.AddTensor(value.Constant), null);
    }
}
