using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Tests.Support;

/// <summary>Builds networks with pseudo-random weights, the same at every run, scaled so that activations stay of the size of 1.</summary>
internal sealed class RandomNetwork
{
    private readonly Random _random;
    private readonly GraphBuilder _builder = new(new ModelMetadata("network", "", "", 13, default));
    private int _layers;

    public RandomNetwork(int seed = 7) => _random = new Random(seed);

    /// <summary>Fraction of weights that are zero.</summary>
    public double Sparsity { get; init; }

    public Value Input(params int[] shape) => _builder.AddInput("x", new TensorType(ElementType.Float32, new Shape(shape)));

    public Value Convolution(Value x, int channels, int kernel, int stride = 1, int groups = 1, int? padding = null)
    {
        int rank = x.Shape.Rank - 2, fan = x.Shape[1] / groups * (int)Math.Pow(kernel, rank), pad = padding ?? kernel / 2;
        int[] Each(int value) => Enumerable.Repeat(value, rank).ToArray();
        var window = new Window(new(Each(kernel)), new(Each(stride)), new(Each(1)), new(Each(pad)), new(Each(pad)));
        string name = Name("conv");
        return _builder.Add(new Convolution(window, groups), name, x,
            Constant(name + ".weight", [channels, x.Shape[1] / groups, .. Each(kernel)], fan), Bias(name, channels));
    }

    /// <summary>A convolution over time that sees the past only.</summary>
    public Value Causal(Value x, int channels, int kernel, int dilation)
    {
        var window = new Window(new([kernel]), new([1]), new([dilation]), new([(kernel - 1) * dilation]), new([0]));
        string name = Name("causal");
        return _builder.Add(new Convolution(window, 1), name, x,
            Constant(name + ".weight", [channels, x.Shape[1], kernel], x.Shape[1] * kernel), Bias(name, channels));
    }

    public Value FullyConnected(Value x, int outputs)
    {
        string name = Name("fc");
        int inputs = x.Shape[x.Shape.Rank - 1];
        return _builder.Add(new FullyConnected(), name, x, Constant(name + ".weight", [outputs, inputs], inputs), Bias(name, outputs));
    }

    /// <summary>The last state of a recurrent layer over [samples, time, channels].</summary>
    public Value Recurrent(Value x, RecurrentCell cell, int hidden)
    {
        RecurrentActivation sigmoid = new(UnaryFunction.Sigmoid), tanh = new(UnaryFunction.Tanh);
        RecurrentActivation[] activations = cell switch
        {
            RecurrentCell.Lstm => [sigmoid, tanh, tanh],
            RecurrentCell.Gru => [sigmoid, tanh],
            _ => [tanh],
        };
        string name = Name("recurrent");
        var layer = new Recurrent(
            cell, hidden, Reverse: false, new(activations), LinearBeforeReset: false, Clip: 0, CoupleInputForget: false);
        Value[] results = _builder.Add(layer, name,
            [x, Constant(name + ".w", [layer.Gates * hidden, x.Shape[2]], x.Shape[2]),
                Constant(name + ".r", [layer.Gates * hidden, hidden], hidden), Constant(name + ".b", [2 * layer.Gates * hidden], 100)], []);
        return results[1];
    }

    public Value Relu(Value x) => Clip(x, 0, float.PositiveInfinity);

    public Value Relu6(Value x) => Clip(x, 0, 6);

    public Value Clip(Value x, float low, float high) => _builder.Add(new Unary(UnaryFunction.Clip, low, high), Name("clip"), x);

    public Value Unary(UnaryFunction function, Value x) => _builder.Add(new Unary(function), Name("unary"), x);

    public Value Binary(BinaryFunction function, Value a, Value b) => _builder.Add(new Binary(function), Name("binary"), a, b);

    public Value Add(Operator @operator, params Value?[] inputs) => _builder.Add(@operator, Name(@operator.Kind), inputs);

    public Value MaxPool(Value x, int size)
    {
        int[] Each(int value) => Enumerable.Repeat(value, x.Shape.Rank - 2).ToArray();
        var window = new Window(new(Each(size)), new(Each(size)), new(Each(1)), new(Each(0)), new(Each(0)));
        return Add(new Pooling(PoolingKind.Max, window, Ceiling: false, CountPadding: false), x);
    }

    /// <summary>The mean of every channel, as [samples, channels].</summary>
    public Value GlobalMean(Value x)
    {
        var mean = new Reduction(ReductionFunction.Mean, new(Enumerable.Range(2, x.Shape.Rank - 2)), KeepDimensions: true);
        return Flatten(Add(mean, x));
    }

    public Value Flatten(Value x) => Add(new Reshape(new Shape(x.Shape[0], x.Shape.Count / x.Shape[0])), x);

    public Value Constant(string name, int[] shape, int fan)
    {
        double scale = Math.Sqrt(6.0 / fan);
        float[] values = new float[new Shape(shape).Count];
        for (int i = 0; i < values.Length; i++)
        {
            double value = (_random.NextDouble() * 2 - 1) * scale;
            values[i] = _random.NextDouble() < Sparsity ? 0 : (float)value;
        }

        return GraphBuilder.Constant(name, Tensor.Floats(new Shape(shape), values));
    }

    public ModelGraph Build(params Value[] outputs) =>
        _builder.Build(outputs.Select((value, i) => new GraphOutput(i == 0 ? "y" : "y" + i, value)));

    /// <summary>Ends the network with an output of a name.</summary>
    public ModelGraph Build(Value output, string name) => _builder.Build([new GraphOutput(name, output)]);

    private Value Bias(string name, int count) => GraphBuilder.Constant(name + ".bias",
        Tensor.Floats(new Shape(count), Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() * 0.2 - 0.1)).ToArray()));

    private string Name(string kind) => $"{kind}{++_layers}";
}
