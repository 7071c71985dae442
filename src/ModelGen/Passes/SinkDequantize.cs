using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// Operations that only move or choose elements do so on the integers: <c>move(Dequantize(q)) = Dequantize(move(q))</c>, exactly. Weights
/// are moved at build time that way and stay integers.
/// </summary>
internal sealed class SinkDequantize : GraphRewriter
{
    private SinkDequantize(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new SinkDequantize(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        if (node.Operator.Result is not null || !node.Operator.Activation.IsNone) return null;
        if (node.Operator is Concatenate) return Join(node, inputs);
        if (inputs.Length == 0 || !IsDequantized(inputs[0], out Node? producer)) return null;
        Quantization parameters = ((Dequantize)producer!.Operator).Parameters;
        Value integers = producer.Input(0);
        switch (node.Operator)
        {
            case Transpose transpose when !parameters.IsPerTensor:
                parameters = parameters with { Axis = transpose.Permutation.ToList().IndexOf(parameters.Axis) };
                break;
            case Reshape reshape when !parameters.IsPerTensor:
                int axis = AxisAfter(reshape.Target, integers.Shape, parameters.Axis);
                if (axis < 0) return null;
                parameters = parameters with { Axis = axis };
                break;
            case Slice slice when !parameters.IsPerTensor:
                parameters = SliceOf(parameters, slice);
                break;
            case Pad pad when parameters.IsPerTensor && integers.Element.IsByte():
                // The constant must be one of the numbers that the integers stand for.
                long padding = Quantize.Apply((float)pad.Value, parameters.Scale, parameters.ZeroPoint, IntegerRange.Of(integers.Element));
                if ((padding - parameters.ZeroPoint) * parameters.Scale != (float)pad.Value) return null;
                return Sunk(node, pad with { Value = padding }, integers, inputs, parameters);
            case Reshape or Transpose or Slice or Expand or Gather when parameters.IsPerTensor:
            case Pooling { Function: PoolingKind.Max } or Reduction { Function: ReductionFunction.Maximum or ReductionFunction.Minimum }
                when parameters.IsPerTensor && integers.Element.IsByte():
                break;
            default:
                return null;
        }

        return Sunk(node, node.Operator, integers, inputs, parameters);
    }

    private IReadOnlyList<Value> Sunk(Node node, Operator @operator, Value integers, Value?[] inputs, Quantization parameters)
    {
        Value?[] operands = inputs.ToArray();
        operands[0] = integers;
        Value moved = Builder.Add(@operator, node.Name + "/integers", operands, [])[0];
        return [Builder.Add(new Dequantize(parameters), node.Output.Name, moved)];
    }

    private IReadOnlyList<Value>? Join(Node node, Value?[] inputs)
    {
        var operands = new List<Value>();
        Quantization? common = null;
        foreach (Value? input in inputs)
        {
            if (!IsDequantized(input, out Node? producer)
                || ((Dequantize)producer!.Operator).Parameters is not { IsPerTensor: true } parameters) return null;
            if (common is not null && (!parameters.Equals(common) || producer.Input(0).Element != operands[0].Element)) return null;
            common = parameters;
            operands.Add(producer.Input(0));
        }

        if (common is null) return null;
        Value joined = Builder.Add(node.Operator, node.Name + "/integers", [.. operands]);
        return [Builder.Add(new Dequantize(common), node.Output.Name, joined)];
    }

    private bool IsDequantized(Value? value, out Node? producer)
    {
        producer = null;
        return value is not null && Producers.TryGetValue(value, out producer) && producer.Operator is Dequantize;
    }

    // The parameters of the entries that are left along their axis.
    private static Quantization SliceOf(Quantization parameters, Slice slice) => parameters.Select(parameters.Axis,
        [.. Enumerable.Range(0, slice.Sizes[parameters.Axis]).Select(i =>
            slice.Starts[parameters.Axis] + i * slice.Steps[parameters.Axis])]);

    // The axis of the new shape that has the same size and as many elements behind it.
    private static int AxisAfter(Shape target, Shape source, int axis)
    {
        int inner = source.Product(axis + 1, source.Rank);
        for (int i = 0; i < target.Rank; i++)
            if (target[i] == source[axis] && target.Product(i + 1, target.Rank) == inner) return i;
        return -1;
    }
}
