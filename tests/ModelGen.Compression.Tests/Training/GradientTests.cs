using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Passes.Training;
using Xunit;

namespace ModelGen.Compression.Tests.Training;

/// <summary>Every gradient that the compiled training step gives, against finite differences of its own loss.</summary>
public class GradientTests
{
    private const int Samples = 3;

    /// <summary>Names of <see cref="Networks"/>.</summary>
    public static IEnumerable<object[]> Cases =>
        from name in Networks.Keys from profile in (Profile[])[Profile.Modern, Profile.Portable] select (object[])[name, profile];

    private static readonly Dictionary<string, Func<ModelGraph>> Networks = new()
    {
        ["fully connected"] = () => Make([1, 7], (b, x) => b.Dense(b.Relu(b.Dense(x, 19)), 5)),
        ["fully connected, wide"] = () => Make([1, 40], (b, x) => b.Dense(b.Relu(b.Dense(x, 70)), 5)),
        ["rows of vectors"] = () => Make([1, 4, 6], (b, x) => b.Flatten(b.Dense(x, 3))),
        ["convolution"] = () => Make([1, 3, 9, 8], (b, x) => Head(b, b.Convolve(x, 5, [3, 3]))),
        ["convolution, padded"] = () => Make([1, 2, 6, 7], (b, x) => Head(b, b.Convolve(x, 4, [3, 3], begin: [1, 1], end: [1, 1]))),
        ["convolution, uneven padding"] = () => Make([1, 2, 6, 7], (b, x) => Head(b, b.Convolve(x, 4, [3, 2], begin: [0, 1], end: [2, 0]))),
        ["convolution, strided"] = () =>
            Make([1, 3, 9, 9], (b, x) => Head(b, b.Convolve(x, 4, [3, 3], strides: [2, 2], begin: [1, 1], end: [1, 1]))),
        ["convolution, stride beyond the kernel"] = () =>
            Make([1, 3, 8, 8], (b, x) => Head(b, b.Convolve(b.Convolve(x, 4, [1, 1]), 5, [1, 1], strides: [2, 2]))),
        ["convolution, uneven strides"] = () =>
            Make([1, 2, 9, 10], (b, x) => Head(b, b.Convolve(b.Convolve(x, 2, [1, 1]), 3, [3, 2], strides: [1, 3]))),
        ["convolution, dilated"] = () =>
            Make([1, 2, 9, 9], (b, x) => Head(b,
                b.Convolve(b.Convolve(x, 2, [1, 1]), 3, [3, 3], dilations: [2, 2], begin: [2, 2], end: [2, 2]))),
        ["convolution, strided and dilated"] = () =>
            Make([1, 2, 11, 11], (b, x) => Head(b,
                b.Convolve(b.Convolve(x, 2, [1, 1]), 3, [3, 3], strides: [2, 2], dilations: [3, 2], begin: [1, 2], end: [2, 1]))),
        ["convolution, groups"] = () => Make([1, 4, 6, 6], (b, x) => Head(b, b.Convolve(b.Convolve(x, 4, [1, 1]), 6, [3, 3], groups: 2))),
        ["convolution, depthwise"] = () =>
            Make([1, 4, 8, 8], (b, x) => Head(b,
                b.Convolve(b.Convolve(x, 4, [1, 1]), 4, [3, 3], strides: [2, 2], begin: [1, 1], end: [1, 1], groups: 4))),
        ["convolution, pointwise, no bias"] = () =>
            Make([1, 5, 6, 6], (b, x) => Head(b, b.Convolve(b.Convolve(x, 7, [1, 1], bias: false), 6, [1, 1], bias: false))),
        ["convolution over time"] = () =>
            Make([1, 3, 24], (b, x) => Head(b,
                b.Convolve(b.Convolve(x, 4, [5], begin: [4], end: [0]), 4, [5], dilations: [2], begin: [8], end: [0]))),
        ["convolution, large"] = () =>
            Make([1, 6, 20, 20], (b, x) => Head(b, b.Convolve(b.Convolve(x, 9, [3, 3], begin: [1, 1], end: [1, 1]), 10, [5, 5]))),
        ["maximum pooling"] = () => Make([1, 2, 8, 8], (b, x) => Head(b, Pool(b, b.Convolve(x, 3, [3, 3]), PoolingKind.Max, false))),
        ["average pooling"] = () => Make([1, 2, 8, 8], (b, x) => Head(b, Pool(b, b.Convolve(x, 3, [3, 3]), PoolingKind.Average, false))),
        ["average pooling over padding"] = () =>
            Make([1, 2, 8, 8], (b, x) => Head(b, Pool(b, b.Convolve(x, 3, [3, 3]), PoolingKind.Average, true))),
        ["global average"] = () =>
            Make([1, 2, 8, 8], (b, x) =>
                b.Dense(b.Flatten(b.Add(new Reduction(ReductionFunction.Mean, new([2, 3]), true), b.Convolve(x, 3, [3, 3]))), 4)),
        ["residual and clip"] = () => Make([1, 3, 6, 6], (b, x) =>
        {
            Value y = b.Convolve(x, 3, [1, 1]);
            Value z = b.Add(new Unary(UnaryFunction.Clip, 0, 0.6f), b.Convolve(y, 3, [3, 3], begin: [1, 1], end: [1, 1]));
            return Head(b, b.Add(new Binary(BinaryFunction.Add), y, z));
        }),
        ["branches joined, sliced, turned"] = () => Make([1, 3, 6, 6], (b, x) =>
        {
            Value joined = b.Add(new Concatenate(1), b.Convolve(x, 2, [1, 1]), b.Convolve(x, 3, [3, 3], begin: [1, 1], end: [1, 1]));
            Value part = b.Add(new Slice(new([0, 1, 1, 0]), new([1, 1, 1, 1]), new([1, 3, 5, 6])), joined);
            Value padded = b.Add(new Pad(new([0, 0, 1, -1]), new([0, 0, 0, 2]), 0.3), part);
            return Head(b, b.Add(new Transpose(new([0, 3, 1, 2])), padded));
        }),
        ["functions"] = () => Make([1, 6], (b, x) =>
        {
            Value y = b.Dense(x, 8);
            UnaryFunction[] functions = [UnaryFunction.Tanh, UnaryFunction.Sigmoid, UnaryFunction.Exp, UnaryFunction.Softplus,
                UnaryFunction.Abs, UnaryFunction.Negate, UnaryFunction.Sin, UnaryFunction.Cos, UnaryFunction.HardSwish];
            Value[] parts = functions.Select(function => b.Add(new Unary(function), b.Dense(y, 4)))
                .Append(b.Add(new Unary(UnaryFunction.LeakyRelu, 0.1f), b.Dense(y, 4)))
                .Append(b.Add(new Unary(UnaryFunction.HardSigmoid, 0.2f, 0.5f), b.Dense(y, 4)))
                .Append(b.Add(new Unary(UnaryFunction.Swish, 1), b.Dense(y, 4)))
                .Append(b.Add(new Unary(UnaryFunction.Sqrt), b.Add(new Unary(UnaryFunction.Exp), b.Dense(y, 4))))
                .Append(b.Add(new Unary(UnaryFunction.Log), b.Add(new Unary(UnaryFunction.Exp), b.Dense(y, 4))))
                .Append(b.Add(new Unary(UnaryFunction.Reciprocal), b.Add(new Unary(UnaryFunction.Exp), b.Dense(y, 4)))).ToArray();
            return b.Dense(b.Add(new Concatenate(1), parts), 3);
        }),
        ["functions of two"] = () => Make([1, 6], (b, x) =>
        {
            Value p = b.Dense(x, 8), q = b.Add(new Unary(UnaryFunction.Exp), b.Dense(x, 8)), narrow = b.Dense(x, 1);
            BinaryFunction[] functions = [BinaryFunction.Add, BinaryFunction.Subtract, BinaryFunction.Multiply, BinaryFunction.Divide,
                BinaryFunction.Maximum, BinaryFunction.Minimum];
            Value[] parts = functions.SelectMany(function =>
                (Value[])[b.Add(new Binary(function), p, q), b.Add(new Binary(function), narrow, q)]).ToArray();
            return b.Dense(b.Add(new Concatenate(1), parts), 3);
        }),
        ["chosen, repeated, squared"] = () => Make([1, 6], (b, x) =>
        {
            // The choice hangs on the input, which no weight moves.
            Value isPositive = b.Add(new Binary(BinaryFunction.Greater), x, b.Add(new Unary(UnaryFunction.Negate), x));
            Value chosen = b.Add(new Select(), isPositive, b.Dense(x, 6), b.Dense(x, 1));
            Value repeated = b.Add(new Expand(new Shape(1, 3, 4)), b.Add(new Reshape(new Shape(1, 3, 1)), b.Dense(chosen, 3)));
            Value squares = b.Add(new Reduction(ReductionFunction.SumSquare, new([2]), false), b.Add(new Binary(BinaryFunction.Multiply), repeated,
                b.Add(new Reshape(new Shape(1, 3, 4)), b.Dense(x, 12))));
            return b.Dense(squares, 3);
        }),
        ["products of two"] = () => Make([1, 4, 6], (b, x) =>
        {
            Value q = b.Dense(x, 5), k = b.Dense(x, 5), v = b.Dense(x, 3);
            Value scores = b.Add(new Softmax(2, 1, false), b.Add(new MatrixMultiply(), q, b.Add(new Transpose(new([0, 2, 1])), k)));
            return b.Flatten(b.Add(new MatrixMultiply(), scores, v));
        }),
        ["softmax at the end"] = () => Make([1, 6], (b, x) => b.Add(new Softmax(1, 1, false), b.Dense(x, 5))),
        ["lstm"] = () => Recurrent(RecurrentCell.Lstm, false, false),
        ["lstm, backwards"] = () => Recurrent(RecurrentCell.Lstm, true, false),
        ["gru"] = () => Recurrent(RecurrentCell.Gru, false, false),
        ["gru, reset after"] = () => Recurrent(RecurrentCell.Gru, false, true),
        ["gru, reset after, backwards"] = () => Recurrent(RecurrentCell.Gru, true, true),
        ["rnn"] = () => Recurrent(RecurrentCell.Simple, false, false),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsAreThoseOfFiniteDifferences(string name, Profile profile)
    {
        foreach (TrainingLoss loss in (TrainingLoss[])[TrainingLoss.Classification, TrainingLoss.MeanSquared])
            Check(TrainingStepBuilder.Create(Networks[name](), Samples, loss, 2, []), profile, isPruned: false);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientsOfPrunedNetworksAreThoseOfFiniteDifferences(string name, Profile profile) =>
        Check(TrainingStepBuilder.Create(Networks[name](), Samples, TrainingLoss.MeanSquared, 2, []), profile, isPruned: true);

    // Of a pruned network three of four weights are zero and stay so: their gradients may be left out.
    private static void Check(TrainingStep step, Profile profile, bool isPruned)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(step.Graph, "training step", profile);
        GraphInstance instance = compiled.CreateInstance();
        int seed = 1;
        foreach (Value input in step.Graph.Inputs)
        {
            Span<float> values = instance.Input(input.Name);
            float[] noise = NetworkBuilder.Noise(seed++, values.Length).ToArray();
            if (input.Name.StartsWith("target:", StringComparison.Ordinal)) noise = noise.Select(Math.Abs).ToArray();
            noise.CopyTo(values);
        }

        Dictionary<string, bool[]> keeps = step.Parameters.ToDictionary(parameter => parameter.Name, parameter =>
            Kept(parameter, isPruned ? new Random(seed++) : null));
        float[] Initial(Parameter parameter) => parameter.Initial.ToFloats().Zip(keeps[parameter.Name], (w, kept) => kept ? w : 0).ToArray();
        foreach (Parameter parameter in step.Parameters)
        {
            Initial(parameter).CopyTo(instance.Input(parameter.Name));
            if (TrainingStep.IsMasked(parameter))
                keeps[parameter.Name].Select(kept => kept ? 1f : 0).ToArray().CopyTo(instance.Input(parameter.Name + TrainingStep.Wanted));
        }

        instance.Run();
        Dictionary<string, float[]> gradients = step.Parameters.ToDictionary(parameter => parameter.Name, parameter =>
            instance.Output($"{parameter.Name}:gradient").ToArray());
        double scale = gradients.Values.Max(gradient => gradient.Max(Math.Abs));
        Assert.True(scale > 0);
        foreach (Parameter parameter in step.Parameters)
        {
            float[] gradient = gradients[parameter.Name], initial = Initial(parameter);
            bool[] kept = keeps[parameter.Name];

            // Along a few random directions, and for some elements alone.
            var random = new Random(7);
            for (int trial = 0; trial < 6; trial++)
            {
                double[] direction = kept.Select(isKept => trial < 3 && isKept
                    ? (random.NextDouble() * 2 - 1) / Math.Sqrt(initial.Length) : 0).ToArray();
                int[] choice = Enumerable.Range(0, kept.Length).Where(i => kept[i]).ToArray();
                if (trial >= 3) direction[choice[random.Next(choice.Length)]] = 1;
                double actual = gradient.Zip(direction, (g, d) => g * d).Sum();

                // Rounding spoils differences of small steps, kinks (Relu, maximum) and curvature those of large ones.
                double expected = ((double[])[2e-3, 4e-3, 1e-2]).Select(step =>
                    Difference(instance, parameter.Name, initial, direction, step))
                    .MinBy(difference => Math.Abs(difference - actual));
                Assert.True(Math.Abs(expected - actual) <= 0.02 * Math.Abs(expected) + 0.01 * scale,
                    $"{parameter.Name} {parameter.Initial.Shape}, trial {trial}: {actual} instead of {expected}; scale {scale}, loss {instance.Output(TrainingStep.Loss)[0]}");
            }
        }
    }

    private static bool[] Kept(Parameter parameter, Random? random)
    {
        bool[] kept = new bool[parameter.Initial.Shape.Count];
        for (int i = 0; i < kept.Length; i++) kept[i] = random is null || parameter.Initial.Shape.Rank < 2 || random.Next(4) == 0;
        kept[0] = true;
        return kept;
    }

    private static double Difference(GraphInstance instance, string name, float[] initial, double[] direction, double length)
    {
        double Loss(double step)
        {
            Span<float> values = instance.Input(name);
            for (int i = 0; i < initial.Length; i++) values[i] = (float)(initial[i] + step * direction[i]);
            instance.Run();
            initial.CopyTo(values);
            return instance.Output(TrainingStep.Loss)[0];
        }

        return (8 * (Loss(length) - Loss(-length)) - (Loss(2 * length) - Loss(-2 * length))) / (12 * length);
    }

    private static ModelGraph Make(int[] input, Func<NetworkBuilder, Value, Value> network)
    {
        var builder = new NetworkBuilder(5, input);
        return builder.Build(network(builder, builder.Input));
    }

    private static Value Head(NetworkBuilder b, Value x) => b.Dense(b.Flatten(b.Add(new Unary(UnaryFunction.Tanh), x)), 4);

    private static Value Pool(NetworkBuilder b, Value x, PoolingKind kind, bool countPadding) =>
        b.Add(new Pooling(kind, new Window(new([2, 3]), new([2, 2]), new([1, 1]), new([0, 1]), new([0, 1])), false, countPadding), x);

    private static ModelGraph Recurrent(RecurrentCell cell, bool reverse, bool linear) => Make([1, 7, 3], (b, x) =>
    {
        const int Hidden = 6;
        RecurrentActivation[] functions = cell switch
        {
            RecurrentCell.Lstm => [new(UnaryFunction.Sigmoid), new(UnaryFunction.Tanh), new(UnaryFunction.Tanh)],
            RecurrentCell.Gru => [new(UnaryFunction.Sigmoid), new(UnaryFunction.Tanh)],
            _ => [new(UnaryFunction.Tanh)],
        };
        var layer = new Recurrent(cell, Hidden, reverse, new(functions), linear, 0, false);
        int gates = layer.Gates * Hidden;
        string[] names = cell == RecurrentCell.Lstm ? ["s", "h", "c"] : ["s", "h"];
        Value[] states = b.Builder.Add(layer, "layer",
            [x, b.Weights(0.8, gates, 3), b.Weights(0.8, gates, Hidden), b.Weights(0.5, 2 * gates)], names);
        Value mean = b.Add(new Reduction(ReductionFunction.Mean, new([1]), false), states[0]);
        return b.Dense(b.Add(new Concatenate(1), mean, states[1]), 4);
    });
}
