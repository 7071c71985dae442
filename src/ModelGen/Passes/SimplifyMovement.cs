using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// Transposes and reshapes that follow each other become one; a transpose that only moves axes of size 1 becomes a reshape, which costs
/// nothing; a transpose moves behind a function of single elements, where it may meet its inverse.
/// </summary>
internal sealed class SimplifyMovement : GraphRewriter
{
    private SimplifyMovement(ModelGraph graph)
        : base(graph)
    {
    }

    public static ModelGraph Run(ModelGraph graph) => new SimplifyMovement(graph).Rewrite();

    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        return node.Operator switch
        {
            Reshape reshape => [Reshaped(inputs[0]!, reshape.Target, node.Output.Name)],
            Transpose transpose => [Transposed(inputs[0]!, transpose.Permutation.ToArray(), node.Output.Name)],
            Unary or Quantize { Parameters.IsPerTensor: true } or Dequantize { Parameters.IsPerTensor: true } when node.Operator.Result is null => Sink(node, inputs),
            Slice slice when IsWhole(slice, inputs[0]!.Shape) => [inputs[0]!],
            _ => null,
        };
    }

    private static bool IsWhole(Slice slice, Shape shape) =>
        slice.Steps.All(step => step == 1) && slice.Starts.All(start => start == 0) && slice.Sizes.SequenceEqual(shape.Dimensions);

    private Value Reshaped(Value x, Shape target, string name)
    {
        while (Producers.TryGetValue(x, out Node? producer) && producer.Operator is Reshape) x = producer.Input(0);
        return x.Shape.Equals(target) ? x : Builder.Add(new Reshape(target), name, x);
    }

    private Value Transposed(Value x, int[] permutation, string name)
    {
        if (Producers.TryGetValue(x, out Node? producer) && producer.Operator is Transpose inner)
        {
            permutation = permutation.Select(axis => inner.Permutation[axis]).ToArray();
            x = producer.Input(0);
        }

        var target = new Shape(permutation.Select(axis => x.Shape[axis]));
        int[] moved = permutation.Where(axis => x.Shape[axis] != 1).ToArray();
        bool keepsOrder = moved.SequenceEqual(moved.OrderBy(axis => axis));
        return keepsOrder ? Reshaped(x, target, name) : Builder.Add(new Transpose(new(permutation)), name, x);
    }

    // Only when nothing else reads the transposed tensor: otherwise it would be moved twice.
    private IReadOnlyList<Value>? Sink(Node node, Value?[] inputs)
    {
        if (!HasSingleUse(node.Input(0)) || !Producers.TryGetValue(inputs[0]!, out Node? producer)
            || producer.Operator is not Transpose transpose) return null;
        if (!ConsumersOf.TryGetValue(node.Output, out List<Node>? readers) || readers.Count != 1 || OutputValues.Contains(node.Output))
            return null;
        if (readers[0].Operator is not (Transpose or Unary or Quantize or Dequantize)) return null;
        Value inner = Builder.Add(node.Operator, node.Name + "/inner", producer.Input(0));
        return [Builder.Add(transpose, node.Output.Name, inner)];
    }
}
