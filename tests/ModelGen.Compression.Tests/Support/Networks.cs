using System;
using System.Collections.Generic;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Tests.Support;

/// <summary>Small networks of the shapes that compression is for.</summary>
internal static class Networks
{
    /// <summary>Those whose layers all have an integer rule, but for the recurrent ones.</summary>
    public static IReadOnlyDictionary<string, Func<double, ModelGraph>> All { get; } =
        new Dictionary<string, Func<double, ModelGraph>>(StringComparer.Ordinal)
        {
            ["lenet"] = LeNet,
            ["resnet"] = ResNet,
            ["tcn"] = Tcn,
            ["mobilenet"] = MobileNet,
            ["lstm"] = sparsity => Recurrent(RecurrentCell.Lstm, sparsity),
            ["gru"] = sparsity => Recurrent(RecurrentCell.Gru, sparsity),
            ["rnn"] = sparsity => Recurrent(RecurrentCell.Simple, sparsity),
            ["inception"] = Inception,
            ["attention"] = Attention,
            ["autoencoder"] = Autoencoder,
        };

    public static ModelGraph LeNet(double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value x = n.MaxPool(n.Relu(n.Convolution(n.Input(1, 1, 16, 16), 6, 5)), 2);
        x = n.Flatten(n.MaxPool(n.Relu(n.Convolution(x, 12, 5)), 2));
        return n.Build(n.Add(new Softmax(1, 1, Logarithm: false), n.FullyConnected(n.Relu(n.FullyConnected(x, 40)), 10)));
    }

    public static ModelGraph ResNet(double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value x = n.Relu(n.Convolution(n.Input(1, 3, 12, 12), 8, 3));
        Value inner = n.Convolution(n.Relu(n.Convolution(x, 8, 3)), 8, 3);
        x = n.Relu(n.Binary(BinaryFunction.Add, inner, x));
        inner = n.Convolution(n.Relu(n.Convolution(x, 16, 3, stride: 2)), 16, 3);
        x = n.Relu(n.Binary(BinaryFunction.Add, inner, n.Convolution(x, 16, 1, stride: 2)));
        return n.Build(n.FullyConnected(n.GlobalMean(x), 10));
    }

    public static ModelGraph Tcn(double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value x = n.Add(new Transpose(new([0, 2, 1])), n.Input(1, 32, 6));
        for (int level = 0, dilation = 1; level < 2; level++, dilation *= 2)
        {
            Value skip = level == 0 ? n.Convolution(x, 12, 1) : x;
            Value inner = n.Relu(n.Causal(n.Relu(n.Causal(x, 12, 3, dilation)), 12, 3, dilation));
            x = n.Relu(n.Binary(BinaryFunction.Add, inner, skip));
        }

        return n.Build(n.FullyConnected(n.GlobalMean(x), 6));
    }

    /// <summary>Gives numbers, not classes, under the name that everybody gives.</summary>
    public static ModelGraph Autoencoder(double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value x = n.Relu(n.FullyConnected(n.Relu(n.FullyConnected(n.Input(1, 48), 24)), 8));
        return n.Build(n.FullyConnected(n.Relu(n.FullyConnected(x, 24)), 48), "output");
    }

    public static ModelGraph MobileNet(double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value x = n.Relu6(n.Convolution(n.Input(1, 3, 16, 16), 8, 3, stride: 2));
        foreach (int channels in new[] { 12, 16 })
        {
            x = n.Relu6(n.Convolution(x, x.Shape[1], 3, groups: x.Shape[1]));
            x = n.Relu6(n.Convolution(x, channels, 1));
        }

        // A squeezed block with a swish, as later generations have.
        Value wide = n.Convolution(x, 16, 1);
        x = n.Binary(BinaryFunction.Add, x, n.Binary(BinaryFunction.Multiply, wide, n.Unary(UnaryFunction.Sigmoid, wide)));
        return n.Build(n.FullyConnected(n.GlobalMean(x), 5));
    }

    public static ModelGraph Recurrent(RecurrentCell cell, double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value state = n.Recurrent(n.Input(1, 20, 6), cell, 16);
        return n.Build(n.FullyConnected(n.Relu(n.FullyConnected(state, 24)), 6));
    }

    public static ModelGraph Inception(double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value x = n.Relu(n.Convolution(n.Input(1, 3, 10, 10), 8, 3));
        Value joined = n.Add(new Concatenate(1), n.Relu(n.Convolution(x, 6, 1)), n.Convolution(x, 6, 3), x);
        return n.Build(n.FullyConnected(n.GlobalMean(n.Relu(n.Convolution(joined, 12, 3))), 5));
    }

    public static ModelGraph Attention(double sparsity)
    {
        RandomNetwork n = new() { Sparsity = sparsity };
        Value x = n.FullyConnected(n.Input(1, 12, 8), 16);
        x = n.Binary(BinaryFunction.Add, x, n.Constant("positions", [1, 12, 16], 40));
        Value keys = n.Add(new Transpose(new([0, 2, 1])), n.FullyConnected(x, 16));
        Value scores = n.Add(new MatrixMultiply(), n.FullyConnected(x, 16), keys);
        scores = n.Binary(BinaryFunction.Multiply, scores, GraphBuilder.Constant("scale", Tensor.Floats(Shape.Scalar, [0.25f])));
        Value weights = n.Add(new Softmax(2, 1, Logarithm: false), scores);
        Value mixed = n.Binary(BinaryFunction.Add, x, n.Add(new MatrixMultiply(), weights, n.FullyConnected(x, 16)));
        return n.Build(n.FullyConnected(n.Add(new Reduction(ReductionFunction.Mean, new([1]), KeepDimensions: false), mixed), 4));
    }
}
