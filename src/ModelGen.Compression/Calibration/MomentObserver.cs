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
    private const int Samples = 2048, VectorsPerColumn = 64, FewestVectors = 16_384, SamplesAtOnce = 128;
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
        Sums[] sums = wanted.Select(matrix => new Sums(matrix.Inputs, _threads)).ToArray();

        // Some samples at a time: input vectors of all samples and layers would take more memory than anything else.
        int chunk = Math.Max(1, SamplesAtOnce / _part) * _part;
        for (int first = 0; first < _samples.Count; first += chunk)
        {
            SampleSet samples = _samples.Subset(Enumerable.Range(first, Math.Min(chunk, _samples.Count - first)).ToArray());
            List<float>[][][] before = Run(wanted, samples, first, parameters, parameter => parameter.Parameter.Initial.ToFloats());
            List<float>[][][] now = Run(wanted, samples, first, parameters, parameter => parameter.Effective);
            for (int i = 0; i < wanted.Length; i++)
                for (int part = 0; part < now[i].Length; part++) sums[i].Add(now[i][part], before[i][part]);
        }

        return wanted.Zip(sums).ToDictionary(pair => pair.First.Weights.Name, pair => pair.Second.Moments(), StringComparer.Ordinal);
    }

    // Input vectors by matrix, part of the samples and group; the same positions whatever the parameters are.
    private List<float>[][][] Run(
        (Value Weights, LayerInputs Inputs)[] wanted, SampleSet samples, int offset, IReadOnlyList<TrainedParameter> parameters,
        Func<TrainedParameter, float[]> values)
    {
        _runner.Set(parameters.Select(parameter => KeyValuePair.Create(parameter.Parameter.Name, values(parameter))),
            new Dictionary<string, float[]>());
        int parts = (samples.Count + _part - 1) / _part;
        int[] steps = wanted.Select(matrix => Math.Max(1, (int)((long)_samples.Count * matrix.Inputs.VectorsPerSample
            / Math.Max(FewestVectors, VectorsPerColumn * matrix.Inputs.Columns)))).ToArray();
        List<float>[][][] vectors = wanted.Select(_ => new List<float>[parts][]).ToArray();
        _runner.ForEachPart(samples, (instance, first, count) =>
        {
            for (int i = 0; i < wanted.Length; i++)
            {
                LayerInputs inputs = wanted[i].Inputs;
                List<float>[] lists = Enumerable.Range(0, inputs.Groups).Select(_ => new List<float>()).ToArray();
                ReadOnlySpan<float> all = instance.Output(inputs.Source.Name);
                int size = all.Length / _part;
                for (int sample = 0; sample < count; sample++)
                    inputs.Write(all.Slice(sample * size, size), steps[i], offset + first + sample, lists);
                vectors[i][first / _part] = lists;
            }
        });
        return vectors;
    }

    // What is known of the inputs of a matrix so far, group by group.
    private sealed class Sums(LayerInputs inputs, int threads)
    {
        private readonly SecondMoments[] _second =
            Enumerable.Range(0, inputs.Groups).Select(_ => new SecondMoments(inputs.Columns, threads)).ToArray();
        private readonly CrossMoments[] _cross =
            Enumerable.Range(0, inputs.Groups).Select(_ => new CrossMoments(inputs.Columns, threads)).ToArray();
        private readonly double[][] _originals = Enumerable.Range(0, inputs.Groups).Select(_ => new double[inputs.Columns]).ToArray();

        public void Add(List<float>[] now, List<float>[] before)
        {
            for (int group = 0; group < _second.Length; group++)
            {
                ReadOnlySpan<float> vectors = CollectionsMarshal.AsSpan(now[group]), originals = CollectionsMarshal.AsSpan(before[group]);
                _second[group].Add(vectors);
                _cross[group].Add(vectors, originals);
                double[] sums = _originals[group];
                for (int e = 0; e < originals.Length; e++) sums[e % sums.Length] += originals[e];
            }
        }

        public LayerMoments Moments() => new(
            new InputHessian(_second.Select(group => group.Moments()).ToArray()), _second.SelectMany(group => group.Mean()).ToArray(),
            _cross.Select(group => group.Moments()).ToArray(),
            _originals.Zip(_second).SelectMany(pair => pair.First.Select(sum => sum / pair.Second.Count)).ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();
}
