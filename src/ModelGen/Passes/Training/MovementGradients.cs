using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>Gradients of operators that only move elements: move them back, add up where elements were repeated.</summary>
internal static class MovementGradients
{
    public static Value?[] Apply(Node node, Value dy, bool[] needed, GraphArithmetic ops)
    {
        Shape x = node.Input(0).Shape;
        switch (node.Operator)
        {
            case Reshape:
                return [ops.Reshape(dy, x)];
            case Transpose transpose:
                int[] inverse = new int[transpose.Permutation.Count];
                for (int axis = 0; axis < inverse.Length; axis++) inverse[transpose.Permutation[axis]] = axis;
                return [ops.Apply(new Transpose(new(inverse)), dy)];
            case Expand:
                return [ops.ReduceTo(dy, x)];
            case Pad pad:
                return [ops.Apply(new Pad(new(pad.Begin.Select(amount => -amount)), new(pad.End.Select(amount => -amount)), 0), dy)];
            case Slice slice when slice.Steps.All(step => step == 1):
                int[] end = Enumerable.Range(0, x.Rank).Select(axis => x[axis] - slice.Starts[axis] - slice.Sizes[axis]).ToArray();
                return [ops.Apply(new Pad(slice.Starts, new(end), 0), dy)];
            case Concatenate concatenate:
                return Parts(node, concatenate.Axis, dy, needed, ops);
            default:
                throw GradientRules.Unsupported(node);
        }
    }

    private static Value?[] Parts(Node node, int axis, Value dy, bool[] needed, GraphArithmetic ops)
    {
        var parts = new Value?[node.Inputs.Count];
        int position = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            Shape shape = node.Input(i).Shape;
            int[] starts = new int[shape.Rank];
            starts[axis] = position;
            position += shape[axis];
            if (needed[i]) parts[i] = ops.Apply(new Slice(new(starts), new(Enumerable.Repeat(1, shape.Rank)), new(shape.Dimensions)), dy);
        }

        return parts;
    }
}
