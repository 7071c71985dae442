using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// Dense float32 convolutions get their channels last: [N, H, W, C] instead of [N, C, H, W]. Vectors then run over channels and are full
/// however few pixels a map has, and padding needs no gaps. Functions of single elements and means over a map go along; everything else
/// gets its operands transposed back. A graph whose transposes would cost more than that saves stays as it is.
/// </summary>
internal sealed class ChannelsLast : GraphRewriter
{
    /// <summary>Outputs of a vector.</summary>
    private const int Lanes = 8;

    // An element that is transposed costs about as much as so many multiply-accumulates save.
    private const int WorkPerElement = 16;

    private static readonly int[] ToLast = [0, 2, 3, 1], ToFirst = [0, 3, 1, 2];

    private readonly Dictionary<Value, Value> _last = [];
    private long _work;

    private ChannelsLast(ModelGraph graph)
        : base(graph)
    {
    }

    /// <summary>Runs the pass.</summary>
    public static ModelGraph Run(ModelGraph graph)
    {
        if (!graph.Nodes.Any(IsEligible)) return graph;
        var pass = new ChannelsLast(graph);
        ModelGraph result = SimplifyMovement.Run(pass.Rewrite());
        return pass._work >= WorkPerElement * (Transposed(result) - Transposed(graph)) ? result : graph;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs)
    {
        switch (node.Operator)
        {
            case Transpose transpose when transpose.Permutation.SequenceEqual(ToFirst):
                IReadOnlyList<Value> kept = Builder.Keep(node, inputs);
                _last[kept[0]] = inputs[0]!;
                return kept;

            // Few inputs leave nothing to gain from a transpose.
            case Convolution convolution when IsEligible(node) && (HasLast(inputs[0]!) || inputs[0]!.Shape[1] >= Lanes):
                _work += (long)node.Input(1).Shape.Count * node.Output.Shape.Product(2, 4) * node.Output.Shape[0];
                return [Add(convolution with { IsChannelsLast = true }, node, [Last(inputs[0]!), .. inputs.Skip(1)])];
            case Unary or Binary when CanFollow(node, inputs):
                return [Add(node.Operator, node, [.. inputs.Select(input => input!.Shape.Rank == 4 ? Last(input) : input)])];
            case Reduction reduction when HasLast(inputs[0]!) && reduction.Axes.SequenceEqual([2, 3]):
                return [Reduce(reduction, node, inputs[0]!)];
            case Pooling { Function: PoolingKind.Average, Window.IsUnpadded: true } pooling when HasLast(inputs[0]!)
                && pooling.Window.Kernel.SequenceEqual(inputs[0]!.Shape.Dimensions.Skip(2)):
                return [Reduce(new Reduction(ReductionFunction.Mean, new([2, 3]), true), node, inputs[0]!)];
            default:
                return null;
        }
    }

    private static bool IsEligible(Node node)
    {
        if (node.Operator is not Convolution { Window.Rank: 2, Result: null } convolution) return false;
        Value x = node.Input(0), w = node.Input(1);
        if (x.Element != ElementType.Float32 || w.Constant is not { Element: ElementType.Float32 } constant
            || node.OptionalInput(2) is { Constant: null }) return false;
        bool isDepthwise = convolution.Groups == x.Shape[1] && w.Shape[0] == x.Shape[1];
        return w.Shape[0] % Lanes == 0 && (convolution.Groups == 1 || isDepthwise)
            && 2 * constant.ToFloats().Count(value => value != 0) > constant.Count;
    }

    private static long Transposed(ModelGraph graph) =>
        graph.Nodes.Where(node => node.Operator is Transpose).Sum(node => (long)node.Output.Shape.Count);

    private bool CanFollow(Node node, Value?[] inputs) => node.Operator.Result is null && node.Output.Element == ElementType.Float32
        && inputs.Any(input => HasLast(input!))
        && inputs.All(input => input!.Shape.Equals(node.Output.Shape) || (input.Shape.Count == 1 && input.Shape.Rank < 4));

    private bool HasLast(Value value) => _last.ContainsKey(value);

    private Value Last(Value first)
    {
        if (!_last.TryGetValue(first, out Value? last))
            _last[first] = last = Builder.Add(new Transpose(new(ToLast)), first.Name + "/channels_last", first);
        return last;
    }

    // The result is there in both forms; the one that nothing reads is left out.
    private Value Add(Operator @operator, Node node, Value?[] inputs)
    {
        Value last = Builder.Add(@operator, node.Name, inputs, [node.Output.Name])[0];
        Value first = Builder.Add(new Transpose(new(ToFirst)), node.Output.Name + "/channels_first", last);
        _last[first] = last;
        return first;
    }

    private Value Reduce(Reduction reduction, Node node, Value first)
    {
        Value result = Builder.Add(reduction with { Axes = new([1, 2]) }, node.Name, [Last(first)], [node.Output.Name])[0];
        return reduction.KeepDimensions ? Builder.Add(new Reshape(node.Output.Shape), node.Output.Name + "/channels_first", result) : result;
    }
}
