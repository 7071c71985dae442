using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// Dense convolutions get their channels last: [N, H, W, C] instead of [N, C, H, W]. Vectors then run over channels and are full
/// however few pixels a map has, and padding needs no gaps. Functions of single elements and means over a map go along; everything else
/// gets its operands transposed back. A graph whose transposes would cost more than that saves stays as it is.
/// </summary>
internal sealed class ChannelsLast : GraphRewriter
{
    /// <summary>Outputs of the kernel's smallest panel.</summary>
    private const int Lanes = 8;

    // A padded input this many times as large as the input is left to kernels that store less of the padding.
    private const int MostPadding = 4;

    // Multiply-accumulates that kernels do, of those that a processor could do in the same time, where all vectors are full: with channels
    // first, the same depthwise, with windows of three columns and with others, and with channels last. And how many an element that is
    // transposed costs. Measured on the float32 networks of docs/performance.md, on processors with vectors of 256 and of 512 bits, with all
    // weights and with 70 to 95 % zeros.
    private const double FirstShare = 0.85, FirstMaskedShare = 0.6, FirstDepthwiseShare = 0.2, LastShare = 0.95, WorkPerElement = 10;

    // The same for depthwise layers of integers, with channels first and last.
    private const double FirstDepthwiseBytes = 0.08, LastDepthwiseBytes = 0.15;

    // The same for a sparse layer: for a weight with channels first, of floats (less where columns of the window are summed apart) and of integers, and on integers
    // for a row of the output that is moved to its place, because it is not of whole vectors.
    private const double FirstSparseWork = 2.3, FirstColumnWork = 1.7, FirstSparseBytes = 4, WorkPerMovedRow = 250;

    // The same for a round of picks, on processors with 256 and with 512 bits, of which the latter are twice as fast where all weights are multiplied. Windows larger
    // than a pixel pick from farther away. The same numbers as in Planning/Lowering/PickedRounds.
    private const double WorkPerRound = 90, WorkPerWindowRound = 130;

    private static readonly int[] ToLast = [0, 2, 3, 1], ToFirst = [0, 3, 1, 2];

    // Weights of no more bits are stored packed where bytes count.
    private const int LargestOfFewBits = 31;

    private readonly Dictionary<Value, Value> _last = [];
    private readonly HashSet<Node> _eligible;
    private double _saved;

    private ChannelsLast(ModelGraph graph, HashSet<Node> eligible)
        : base(graph) => _eligible = eligible;

    /// <summary>Runs the pass. Only vectors gain from another order, and what is best depends on what counts.</summary>
    public static ModelGraph Run(ModelGraph graph, CompileOptions options)
    {
        if (options.Profile != Profile.Modern) return graph;
        var eligible = new HashSet<Node>(graph.Nodes.Where(node => IsEligible(node, options.Optimize)));
        if (eligible.Count == 0) return graph;
        var pass = new ChannelsLast(graph, eligible);
        ModelGraph result = SimplifyMovement.Run(pass.Rewrite());
        return pass._saved >= WorkPerElement * (Transposed(result) - Transposed(graph)) ? result : graph;
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

            // Few inputs and few outputs leave nothing to gain from a transpose.
            case Convolution convolution when _eligible.Contains(node) && (HasLast(inputs[0]!) || inputs[0]!.Shape[1] >= Lanes
                || inputs[0]!.Shape[1] == 1 || node.Output.Shape[1] >= 2 * Lanes):
                _saved += Saved(node, convolution);
                return [Add(convolution with { IsChannelsLast = true }, node, [Last(inputs[0]!), .. inputs.Skip(1)])];
            case Unary or Binary or TableLookup { Axis: -1 } or Quantize { Parameters.IsPerTensor: true } or Dequantize { Parameters.IsPerTensor: true }
                when CanFollow(node, inputs):
                return [Add(node.Operator, node, [.. inputs.Select(input => input!.Shape.Equals(node.Output.Shape) ? Last(input) : input)])];
            case Reduction reduction when HasLast(inputs[0]!) && reduction.Axes.SequenceEqual([2, 3]):
                return [Reduce(reduction, node, inputs[0]!)];
            case Pooling { Function: PoolingKind.Average, Window.IsUnpadded: true } pooling when HasLast(inputs[0]!)
                && pooling.Window.Kernel.SequenceEqual(inputs[0]!.Shape.Dimensions.Skip(2)):
                return [Reduce(new Reduction(ReductionFunction.Mean, new([2, 3]), true) { Result = pooling.Result, Activation = pooling.Activation }, node, inputs[0]!)];
            case Pooling { Function: PoolingKind.Max, Window: { Rank: 2, IsUnpadded: true } } pooling when HasLast(inputs[0]!) && IsInside(pooling.Window, inputs[0]!.Shape, node.Output.Shape):
                return [Add(pooling with { IsChannelsLast = true }, node, [Last(inputs[0]!)])];
            default:
                return null;
        }
    }

    // Whether no window reaches beyond the input, as one that was rounded up may.
    private static bool IsInside(Window window, Shape x, Shape y) =>
        Enumerable.Range(0, 2).All(axis => (long)(y[axis + 2] - 1) * window.Strides[axis] + window.Extent(axis) <= x[axis + 2]);

    private static bool IsEligible(Node node, Optimization optimize)
    {
        if (node.Operator is not Convolution { Window.Rank: 2 } convolution) return false;
        Value x = node.Input(0), w = node.Input(1);
        if (w.Constant is not { } weights || node.OptionalInput(2) is { Constant: null }) return false;
        bool isDepthwise = convolution.Groups == x.Shape[1] && w.Shape[0] == x.Shape[1];
        if (w.Shape[0] < Lanes || (convolution.Groups != 1 && !isDepthwise)) return false;
        if (IsPaddedFar(convolution.Window, x.Shape, node.Output.Shape)) return false;
        if (convolution.Result is not null)
            return optimize != Optimization.Size && HasBytes(weights, w.Type.Quantization!, optimize) && (IsSparse(convolution, x, w) || IsDense(weights, node.Output.Shape));

        // A last panel that is moved back repeats weights.
        return x.Element == ElementType.Float32 && weights.Element == ElementType.Float32
            && (optimize != Optimization.Size || w.Shape[0] % Lanes == 0)
            && (optimize == Optimization.Speed || IsMostlyNonZero(weights));
    }

    private static bool IsPaddedFar(Window window, Shape x, Shape y)
    {
        long padded = 1;
        for (int axis = 0; axis < 2; axis++)
            padded *= Math.Max(x[axis + 2], (long)(y[axis + 2] - 1) * window.Strides[axis] + window.Extent(axis));
        return padded > MostPadding * (long)x[2] * x[3] + MostPadding * window.Extent(0) * (long)window.Extent(1);
    }

    // Bytes of which outputs pick those that they have weights for, sixteen outputs at a time.
    private static bool IsSparse(Convolution convolution, Value x, Value w) =>
        convolution.Groups == 1 && x.Shape[1] >= Lanes && w.Shape[0] >= 2 * Lanes && !IsMostlyNonZero(w.Constant!);

    // Fewer zeros than that are multiplied faster than they are skipped, more so where rows of the output have to be moved.
    private static bool IsDense(Tensor weights, Shape y) => (y[3] % (2 * Lanes) == 0 ? 8L : 16L) * NonZero(weights) > weights.Count;

    // Signed bytes, and more bits than are stored packed where bytes count.
    private static bool HasBytes(Tensor weights, Quantization quantization, Optimization optimize)
    {
        if (weights.Element != ElementType.Int8 || quantization.ZeroPoints.Any(zero => zero != 0)) return false;
        int rows = weights.Shape[0], size = weights.Count / rows;
        return optimize == Optimization.Speed
            || 2 * Enumerable.Range(0, rows).Count(row => Enumerable.Range(row * size, size).Any(i => Math.Abs(weights.GetLong(i)) > LargestOfFewBits)) > rows;
    }

    private static bool IsMostlyNonZero(Tensor weights) => 2L * NonZero(weights) > weights.Count;

    private static int NonZero(Tensor weights) => weights.Element == ElementType.Float32
        ? weights.ToFloats().Count(value => value != 0) : Enumerable.Range(0, weights.Count).Count(i => weights.GetLong(i) != 0);

    // Multiply-accumulates that a processor could do in the time that is saved.
    private static double Saved(Node node, Convolution convolution)
    {
        Shape y = node.Output.Shape;
        bool isFlat = convolution.Window is { IsUnpadded: true } window && window.Kernel.All(size => size == 1) && window.Strides.All(stride => stride == 1);
        bool isColumn = y[3] == 1 && convolution.Window.Kernel[1] == 1;
        int row = isFlat ? y[2] * y[3] : isColumn ? y[2] : y[3];
        Value w = node.Input(1);
        long pixels = (long)y[0] * y[2] * y[3];
        bool isByte = convolution.Result is not null, isDepthwise = convolution.Groups > 1;
        double first = isDepthwise ? 1 / (isByte ? FirstDepthwiseBytes : HasMaskedColumns(convolution.Window, node.Input(0).Shape, y) ? FirstMaskedShare : FirstDepthwiseShare) : Work(FirstShare, row, isFull: true, isByte);
        if (!isDepthwise && !IsMostlyNonZero(w.Constant!)) first = (isByte ? FirstSparseBytes : HasColumns(convolution.Window, y) ? FirstColumnWork : FirstSparseWork) * NonZero(w.Constant!) / w.Shape.Count * Filled(row) / row;
        if (isByte && !isDepthwise && !isFlat && row % (2 * Lanes) != 0 && !IsMostlyNonZero(w.Constant!)) first += WorkPerMovedRow / row * y[1] / w.Shape.Count;
        double last = Work(isDepthwise && isByte ? LastDepthwiseBytes : LastShare, y[1], isFull: false, isByte);
        if (isByte && IsSparse(convolution, node.Input(0), w)) last = Math.Min(last, (w.Shape[2] * w.Shape[3] == 1 ? WorkPerRound : WorkPerWindowRound) * Rounds(w) / w.Shape.Count);
        return (double)w.Shape.Count * pixels * (first - last);
    }

    // Windows of three columns over rows that are parts or multiples of vectors.
    private static bool HasColumns(Window window, Shape y) =>
        window.Kernel[1] == 3 && window.Strides[1] <= 2 && window.Dilations.All(dilation => dilation == 1) && y[3] is 4 or 8 or 16 or 32;

    // Windows of three columns that are summed apart, over rows without gaps.
    private static bool HasMaskedColumns(Window window, Shape x, Shape y) =>
        window.Kernel[1] == 3 && window.Kernel[0] <= 3 && window.Strides[0] == window.Strides[1] && window.Strides[1] <= 2 && window.PadsBegin[1] <= 1
        && window.Dilations.All(dilation => dilation == 1) && (window.Strides[1] == 1 ? x[3] == y[3] : x[3] <= 2 * y[3]);

    // Times of vectors with 256 and with 512 bits, of which it is not known here which there will be, relative to full ones. The wide ones take rows only where
    // rows are full, and channels sixteen at a time. Bytes fill them in other ways.
    private static double Work(double share, int length, bool isFull, bool isByte)
    {
        int wideLanes = 2 * Lanes, wideFilled = (length + wideLanes - 1) / wideLanes * wideLanes;
        double narrow = (double)Filled(length) / length, wide = !isFull ? (double)wideFilled / length : wideFilled == length ? 1 : 2 * narrow;
        return (isByte ? narrow : (narrow + wide) / 2) / share;
    }

    // Rounds in which each of sixteen outputs takes two pairs out of 32 inputs.
    private static int Rounds(Value w)
    {
        const int Outputs = 2 * Lanes, Inputs = 32, Pairs = 2;
        (int outputs, int inputs, int taps) = (w.Shape[0], w.Shape[1], w.Shape[2] * w.Shape[3]);
        int rounds = 0;
        for (int output = 0; output < outputs; output += Outputs)
            for (int tap = 0; tap < taps; tap++)
                for (int input = 0; input < inputs; input += Inputs)
                    rounds += (Enumerable.Range(Math.Min(output, outputs - Outputs), Outputs).Max(o => PairsOf(Enumerable.Range(input, Math.Min(Inputs, inputs - input))
                        .Select(i => w.Constant!.GetLong((o * inputs + i) * taps + tap)))) + Pairs - 1) / Pairs;
        return rounds;
    }

    // Two weights are a pair where their products with bytes fit 16 bits together.
    private static int PairsOf(IEnumerable<long> weights)
    {
        const int Largest = 128;
        (int pairs, long waiting) = (0, 0);
        foreach (long weight in weights.Where(weight => weight != 0))
        {
            bool fits = waiting != 0 && (waiting > 0 != weight > 0 || Math.Abs(waiting + weight) <= Largest);
            if (waiting != 0) pairs++;
            waiting = fits ? 0 : weight;
        }

        return waiting != 0 ? pairs + 1 : pairs;
    }

    private static int Filled(int length) => (length + Lanes - 1) / Lanes * Lanes;

    private static long Transposed(ModelGraph graph) =>
        graph.Nodes.Where(node => node.Operator is Transpose).Sum(node => (long)node.Output.Shape.Count);

    private bool CanFollow(Node node, Value?[] inputs) => (node.Output.Element == ElementType.Float32 || node.Output.Element.IsByte())
        && inputs.Any(input => HasLast(input!))
        && inputs.All(input => input!.Shape.Equals(node.Output.Shape) || input.Shape.Count == 1)
        && !IsBoundary(node, inputs);

    // What is handed in and out as integers (the raw form of Run) must not depend on the order of elements inside.
    private bool IsBoundary(Node node, Value?[] inputs) => node.Operator switch
    {
        Quantize => Graph.Inputs.Contains(Last(inputs[0]!)),
        Dequantize => OutputValues.Contains(node.Output),
        _ => false,
    };

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
