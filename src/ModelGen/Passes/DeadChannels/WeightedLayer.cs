using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// A convolution (dense or depthwise) or fully connected layer with constant weights: outputs, each a sum over inputs and taps. Numbers are
/// those of the kernels: zero points are taken off.
/// </summary>
internal sealed class WeightedLayer
{
    private readonly Tensor _weights;
    private readonly Tensor? _bias;
    private readonly Quantization? _weightQuantization;
    private readonly Requantization? _requantization;
    private readonly bool[] _isUsed;
    private IReadOnlyList<bool[]>? _views;

    private WeightedLayer(Node node, bool isDepthwise)
    {
        Node = node;
        IsDepthwise = isDepthwise;
        _weights = node.Input(1).Constant!;
        _bias = node.OptionalInput(2)?.Constant;
        Outputs = _weights.Shape[0];
        Inputs = _weights.Shape[1];
        Taps = _weights.Shape.Product(2, _weights.Shape.Rank);
        OutputAxis = node.Operator is Convolution ? 1 : node.Output.Shape.Rank - 1;
        if (node.Operator.Result is { } result)
        {
            Quantization x = node.Input(0).Type.Quantization!;
            _weightQuantization = _weights.Type.Quantization!;
            Padding = x.ZeroPoint;
            _requantization = Requantization.For(node.Operator,
                Requantization.ProductMultipliers(x, _weightQuantization, result.Quantization, Outputs));
        }

        _isUsed = new bool[Outputs * Inputs];
        for (int i = 0; i < _weights.Count; i++) _isUsed[i / Taps] |= Weight(i) != 0;
    }

    /// <summary>The layer in the graph.</summary>
    public Node Node { get; }

    /// <summary>Whether each output depends on one input channel only.</summary>
    public bool IsDepthwise { get; }

    /// <summary>Output channels.</summary>
    public int Outputs { get; }

    /// <summary>Input channels of an output.</summary>
    public int Inputs { get; }

    /// <summary>Weights of an output for an input.</summary>
    public int Taps { get; }

    /// <summary>Axis of the output channels.</summary>
    public int OutputAxis { get; }

    /// <summary>Axis of the input channels.</summary>
    public int InputAxis => Node.Operator is Convolution ? 1 : Node.Input(0).Shape.Rank - 1;

    /// <summary>The number that stands for zero in the input, which is what padding holds.</summary>
    public double Padding { get; }

    /// <summary>The layer that a node is, or <see langword="null"/>.</summary>
    public static WeightedLayer? Of(Node node)
    {
        if (node.Operator is not (Convolution or FullyConnected)) return null;
        Value x = node.Input(0), w = node.Input(1);
        if (w.Constant is null || node.OptionalInput(2) is { Constant: null }) return null;
        bool fits = node.Operator.Result is null ? x.Element == ElementType.Float32 && w.Element == ElementType.Float32
            : x.Type.Quantization is { IsPerTensor: true } && w.Type.Quantization is { } own && (own.IsPerTensor || own.Axis == 0);
        int groups = node.Operator is Convolution convolution ? convolution.Groups : 1;
        bool isDepthwise = groups > 1 && groups == x.Shape[1];
        return fits && (groups == 1 || isDepthwise) ? new WeightedLayer(node, isDepthwise) : null;
    }

    /// <summary>Whether an output depends on an input.</summary>
    public bool IsUsed(int output, int input) => _isUsed[output * Inputs + input];

    /// <summary>Weights of an output that are not zero.</summary>
    public int Count(int output) => Enumerable.Range(output * Inputs * Taps, Inputs * Taps).Count(i => Weight(i) != 0);

    /// <summary>The input channel behind one of the inputs of an output.</summary>
    public int Channel(int output, int input) => IsDepthwise ? output / (Outputs / Node.Input(0).Shape[1]) : input;

    /// <summary>Whether a channel of one number adds the same to each element of an output, so that it can be part of the bias.</summary>
    public bool CanFold(Channel channel) => channel.Constant is { } constant && (constant == Padding || !IsPadded);

    /// <summary>The one number that all elements of an output are, or <see langword="null"/>.</summary>
    /// <param name="output">The output.</param>
    /// <param name="constant">Constant of an input channel, or <see langword="null"/>.</param>
    public double? Constant(int output, Func<int, double?> constant)
    {
        var used = new List<(int Input, double Value)>();
        for (int input = 0; input < Inputs; input++)
        {
            if (!IsUsed(output, input)) continue;
            if (constant(Channel(output, input)) is not { } value) return null;
            used.Add((input, value));
        }

        // At the border some taps read padding.
        bool isEverywhereTheSame = used.TrueForAll(input => input.Value == Padding);
        double? common = null;
        foreach (bool[] view in isEverywhereTheSame ? [Views[0]] : Views)
        {
            double result = Result(output, used.Sum(input => Product(output, input.Input, input.Value, view)));
            if (common is { } other && other != result) return null;
            common = result;
        }

        return common;
    }

    /// <summary>The bias with the constants of some channels in it: <c>bias + sum of (constant - padding) * weights</c>.</summary>
    /// <param name="outputs">Outputs that are left.</param>
    /// <param name="folded">Input channels with their constants.</param>
    public Tensor? Bias(IReadOnlyList<int> outputs, IReadOnlyCollection<(int Input, double Value)> folded)
    {
        if (_bias is null && folded.Count == 0) return null;
        double[] sums = [.. outputs.Select(output => folded.Sum(input =>
            IsUsed(output, input.Input) ? Product(output, input.Input, input.Value, null) : 0) + OwnBias(output))];
        var shape = new Shape(outputs.Count);
        return _requantization is null ? Tensor.Floats(shape, [.. sums.Select(sum => (float)sum)])
            : Tensor.From(ElementType.Int32, shape, sums.Select(Wrapped).ToArray());
    }

    private bool IsPadded => Node.Operator is Convolution { Window.IsUnpadded: false };

    private double OwnBias(int output) => _bias?.GetDouble(output) ?? 0;

    private double Weight(int index) => _weights.GetDouble(index)
        - (_weightQuantization is { } q ? q.ZeroPoints[q.IsPerTensor ? 0 : index / (Inputs * Taps)] : 0);

    private double Product(int output, int input, double value, bool[]? view)
    {
        int first = (output * Inputs + input) * Taps;
        double sum = 0;
        for (int tap = 0; tap < Taps; tap++)
            if (view is null || view[tap]) sum += Weight(first + tap);
        return (value - Padding) * sum;
    }

    private double Result(int output, double products)
    {
        double sum = products + OwnBias(output);
        Activation clamp = Node.Operator.Activation;
        if (_requantization is null) return Math.Max(clamp.Low, Math.Min(clamp.High, (float)sum));
        float multiplier = _requantization.Multipliers[output];
        return _requantization.Apply((float)Wrapped(sum) * multiplier);
    }

    // Sums of 32 bits, as the kernels have them; exact in double precision before.
    private static int Wrapped(double sum) => unchecked((int)(long)sum);

    /// <summary>For each position of the window, without repetition, which taps lie within the input.</summary>
    private IReadOnlyList<bool[]> Views => _views ??= FindViews();

    private List<bool[]> FindViews()
    {
        List<bool[]> views = [[true]];
        if (Node.Operator is not Convolution { Window: { } window }) return views;
        for (int axis = 0; axis < window.Rank; axis++)
        {
            List<bool[]> along = ViewsAlong(window, axis);
            views = [.. views.SelectMany(outer => along.Select(inner =>
                outer.SelectMany(isWithin => inner.Select(tap => isWithin && tap)).ToArray()))];
        }

        return views;
    }

    private List<bool[]> ViewsAlong(Window window, int axis)
    {
        int size = Node.Input(0).Shape[axis + 2];
        var views = new List<bool[]>();
        for (int position = 0; position < Node.Output.Shape[axis + 2]; position++)
        {
            int start = position * window.Strides[axis] - window.PadsBegin[axis];
            bool[] view = [.. Enumerable.Range(0, window.Kernel[axis]).Select(tap => start + tap * window.Dilations[axis])
                .Select(index => index >= 0 && index < size)];
            if (!views.Exists(view.SequenceEqual)) views.Add(view);
        }

        return views;
    }
}
