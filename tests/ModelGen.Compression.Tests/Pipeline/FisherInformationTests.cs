using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Compression.Data;
using ModelGen.Compression.Export;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Tests.Support;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using Xunit;

namespace ModelGen.Compression.Tests.Pipeline;

/// <summary>What is known of weights where nothing was trained.</summary>
public class FisherInformationTests
{
    [Theory]
    [InlineData("lenet")]
    [InlineData("autoencoder")]
    [InlineData("lstm")]
    public void TheOriginalNetworkHasItWithoutLabelsAndWithoutAStep(string network)
    {
        float[][] one = Observe(network, 1, out float[][] before, out float[][] after);
        Assert.Equal(before, after);
        Assert.All(one, matrix => Assert.True(matrix.Count(value => value > 0) > matrix.Length / 2));
        Assert.Equal(one, Observe(network, 3, out _, out _));
    }

    /// <summary>
    /// Of a single layer with squared errors it is known: the mean square of a weight's input, whatever its row. Gradients towards the
    /// network's own answers would be zero.
    /// </summary>
    [Fact]
    public void ThatOfALinearLayerIsTheMeanSquareOfItsInputs()
    {
        RandomNetwork n = new();
        ModelGraph network = n.Build(n.FullyConnected(n.Input(1, 8), 40));
        SampleSet samples = CompressorTests.Samples(network, 256, labelled: false);
        for (int i = 0; i < samples.Values.Length; i++) samples.Values[i] *= i % 8 < 4 ? 1 : 3;
        using var bench = new Workbench(network, new CompressionData(samples, samples, null), new CompressionSettings(), []);
        TrainedParameter[] weights = bench.Trainer.Parameters.Where(parameter => parameter.IsWeights).ToArray();
        float[] information = FisherInformation.Observe(bench, weights, null, CancellationToken.None).Single();
        double small = information.Where((_, i) => i % 8 < 4).Average(), large = information.Where((_, i) => i % 8 >= 4).Average();
        Assert.InRange(large / small, 9 * 0.8, 9 * 1.2);
    }

    /// <summary>
    /// Half of the hidden neurons hardly reach the output. Their weights are of the same size as those of the others, so that rounding
    /// errors alone would give them the same bits.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void NeuronsThatMatterLessGetFewerBitsWithoutPruning(int epochs)
    {
        const int Inputs = 32, Hidden = 24, Outputs = 8;
        RandomNetwork n = new();
        Value hidden = n.Unary(UnaryFunction.Sigmoid, n.FullyConnected(n.Input(1, Inputs), Hidden));
        ModelGraph network = n.Build(n.FullyConnected(hidden, Outputs));
        Value last = WeightLayer.Of(network)[1].Weights[0];
        float[] values = last.Constant!.ToFloats();
        for (int i = 0; i < values.Length; i++) values[i] *= i % Hidden < Hidden / 2 ? 0.02f : 1;
        byte[] file = OnnxExporter.Export(
            ReplaceParameters.Run(network, new Dictionary<string, float[]> { [last.Name] = values }), new ExportOptions());
        SampleSet samples = CompressorTests.Samples(FloatNetwork.Load(file, "mlp"), 192, labelled: false);
        var settings = new CompressionSettings { Sparsity = 0, Epochs = epochs, BatchSize = 32 };
        CompressionResult result = Compressor.Run(file, "mlp.onnx", settings, new CompressionData(samples, samples, null), _ => { }, null,
            CancellationToken.None);

        // Few bits leave few different sizes.
        float[][] rows = WeightLayer.Of(FloatNetwork.Load(result.File, "small"))[0].Weights[0].Constant!.ToFloats().Chunk(Inputs).ToArray();
        Assert.Equal(Hidden, rows.Length);
        double[] sizes = rows.Select(row => (double)row.Select(MathF.Abs).Distinct().Count()).ToArray();
        double less = sizes[..(Hidden / 2)].Average(), more = sizes[(Hidden / 2)..].Average();
        Assert.True(more > 1.5 * less, $"{less} and {more} sizes");
    }

    private static float[][] Observe(string network, int threads, out float[][] before, out float[][] after)
    {
        ModelGraph graph = FloatNetwork.Load(OnnxExporter.Export(Networks.All[network](0), new ExportOptions()), network);
        SampleSet samples = CompressorTests.Samples(graph, 96, labelled: false);
        using var bench = new Workbench(
            graph, new CompressionData(samples, samples, null), new CompressionSettings { Threads = threads, BatchSize = 32 }, []);
        TrainedParameter[] weights = bench.Trainer.Parameters.Where(parameter => parameter.IsWeights).ToArray();
        before = State();
        float[][] information = FisherInformation.Observe(bench, weights, null, CancellationToken.None).ToArray();
        after = State();
        return information;

        float[][] State() => weights.SelectMany(parameter => (float[][])[parameter.Values, parameter.FirstMoment, parameter.SecondMoment])
            .Select(values => values.ToArray()).ToArray();
    }
}
