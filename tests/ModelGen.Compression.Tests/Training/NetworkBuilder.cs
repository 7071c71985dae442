using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Tests.Training;

/// <summary>Makes small networks with random weights for tests.</summary>
internal sealed class NetworkBuilder
{
    private readonly Random _random;
    private int _count;

    public NetworkBuilder(int seed, params int[] inputShape)
    {
        _random = new Random(seed);
        Builder = new GraphBuilder(new ModelMetadata("test", "", "", 13, default));
        Input = Builder.AddInput("x", new TensorType(ElementType.Float32, new Shape(inputShape)));
    }

    public GraphBuilder Builder { get; }

    public Value Input { get; }

    public Value Add(Operator @operator, params Value?[] inputs) => Builder.Add(@operator, $"v{_count++}", inputs);

    public Value Weights(double scale, params int[] shape)
    {
        float[] values = Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ =>
            (float)((_random.NextDouble() * 2 - 1) * scale)).ToArray();
        return GraphBuilder.Constant($"w{_count++}", Tensor.Floats(new Shape(shape), values));
    }

    public Value Dense(Value x, int outputs) =>
        Add(new FullyConnected(), x, Weights(0.7, outputs, x.Shape[x.Shape.Rank - 1]), Weights(0.5, outputs));

    public Value Convolve(Value x, int outputs, int[] kernel, int[]? strides = null, int[]? dilations = null, int[]? begin = null,
        int[]? end = null, int groups = 1, bool bias = true)
    {
        int[] ones = kernel.Select(_ => 1).ToArray(), zeros = kernel.Select(_ => 0).ToArray();
        var window = new Window(new(kernel), new(strides ?? ones), new(dilations ?? ones), new(begin ?? zeros), new(end ?? zeros));
        int[] shape = [outputs, x.Shape[1] / groups, .. kernel];
        return Add(new Convolution(window, groups), x, Weights(0.5, shape), bias ? Weights(0.5, outputs) : null);
    }

    public Value Relu(Value x) => Add(new Unary(UnaryFunction.Clip, 0, float.PositiveInfinity), x);

    public Value Flatten(Value x) => Add(new Reshape(new Shape(1, x.Shape.Count)), x);

    public ModelGraph Build(Value output) => Builder.Build([new GraphOutput("y", output)]);

    public static IEnumerable<float> Noise(int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++) yield return (float)(random.NextDouble() * 2 - 1);
    }
}
