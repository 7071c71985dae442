using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Compression.Data;
using ModelGen.Compression.Execution;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Network;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Calibration;

/// <summary>Measures moments of the inputs of weight matrices while the network, as it is now and as it was, runs over samples.</summary>
internal sealed class MomentObserver : IDisposable
{
    private const int Samples = 512, VectorsPerColumn = 16, FewestVectors = 4096;
    private readonly BatchRunner _runner;
    private readonly (Value Weights, LayerInputs Inputs)[] _matrices;
    private readonly SampleSet _samples;
    private readonly int _part;
    private readonly int _threads;

    /// <summary>Compiles a way forward that shows the inputs of all layers.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="samples">Samples to choose from.</param>
    /// <param name="loss">As for training.</param>
    /// <param name="part">Samples a run.</param>
    /// <param name="threads">Threads.</param>
    public MomentObserver(ModelGraph network, IReadOnlyList<WeightLayer> layers, SampleSet samples, TrainingLoss loss, int part,
        int threads)
    {
        _part = part;
        _threads = threads;
        _matrices = layers.SelectMany(layer => layer.Weights.Select(weights => (weights, new LayerInputs(layer.Node, weights)))).ToArray();
        _samples = samples.Spread(Samples);
        string[] taps = _matrices.Select(matrix => matrix.Inputs.Source.Name).Distinct().ToArray();
        _runner = new BatchRunner(TrainingStepBuilder.CreateForward(network, part, loss, [], taps), part, threads);
    }

    /// <summary>Runs the samples through the original network and the one with the effective parameters as they are now.</summary>
    /// <param name="parameters">Parameters of the network.</param>
    /// <param name="names">Weight constants to measure for, or <see langword="null"/> for all.</param>
    /// <returns>Moments of their inputs by the name of the weights.</returns>
    public IReadOnlyDictionary<string, LayerMoments> Observe(IReadOnlyList<TrainedParameter> parameters, IReadOnlySet<string>? names = null)
    {
        (Value Weights, LayerInputs Inputs)[] wanted = _matrices
            .Where(matrix => names is null || names.Contains(matrix.Weights.Name)).ToArray();
        List<float>[][][] before = Run(wanted, parameters, parameter => parameter.Parameter.Initial.ToFloats());
        List<float>[][][] now = Run(wanted, parameters, parameter => parameter.Effective);
        var results = new Dictionary<string, LayerMoments>(StringComparer.Ordinal);
        for (int i = 0; i < wanted.Length; i++)
        {
            LayerInputs inputs = wanted[i].Inputs;
            var second = new SecondMoments[inputs.Groups];
            var cross = new double[inputs.Groups][];
            var means = new List<double>();
            for (int group = 0; group < inputs.Groups; group++)
            {
                second[group] = new SecondMoments(inputs.Columns, _threads);
                var pairs = new CrossMoments(inputs.Columns, _threads);
                var sums = new double[inputs.Columns];
                for (int part = 0; part < now[i].Length; part++)
                {
                    ReadOnlySpan<float> vectors = CollectionsMarshal.AsSpan(now[i][part][group]),
                        originals = CollectionsMarshal.AsSpan(before[i][part][group]);
                    second[group].Add(vectors);
                    pairs.Add(vectors, originals);
                    for (int e = 0; e < originals.Length; e++) sums[e % sums.Length] += originals[e];
                }

                cross[group] = pairs.Moments();
                means.AddRange(sums.Select(sum => sum / second[group].Count));
            }

            results[wanted[i].Weights.Name] = new LayerMoments(
                new InputHessian(second.Select(group => group.Moments()).ToArray()), second.SelectMany(group => group.Mean()).ToArray(),
                cross, [.. means]);
            before[i] = now[i] = [];
        }

        return results;
    }

    // Input vectors by matrix, part of the samples and group; the same positions whatever the parameters are.
    private List<float>[][][] Run(
        (Value Weights, LayerInputs Inputs)[] wanted, IReadOnlyList<TrainedParameter> parameters, Func<TrainedParameter, float[]> values)
    {
        _runner.Set(parameters.Select(parameter => KeyValuePair.Create(parameter.Parameter.Name, values(parameter))),
            new Dictionary<string, float[]>());
        int parts = (_samples.Count + _part - 1) / _part;
        int[] steps = wanted.Select(matrix => Math.Max(1, (int)((long)_samples.Count * matrix.Inputs.VectorsPerSample
            / Math.Max(FewestVectors, VectorsPerColumn * matrix.Inputs.Columns)))).ToArray();
        List<float>[][][] vectors = wanted.Select(_ => new List<float>[parts][]).ToArray();
        _runner.ForEachPart(_samples, (instance, first, count) =>
        {
            for (int i = 0; i < wanted.Length; i++)
            {
                LayerInputs inputs = wanted[i].Inputs;
                List<float>[] lists = Enumerable.Range(0, inputs.Groups).Select(_ => new List<float>()).ToArray();
                ReadOnlySpan<float> all = instance.Output(inputs.Source.Name);
                int size = all.Length / _part;
                for (int sample = 0; sample < count; sample++)
                    inputs.Write(all.Slice(sample * size, size), steps[i], first + sample, lists);
                vectors[i][first / _part] = lists;
            }
        });
        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();
}
