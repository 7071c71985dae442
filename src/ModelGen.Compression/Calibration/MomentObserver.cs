using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Data;
using ModelGen.Compression.Execution;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Network;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Calibration;

/// <summary>Measures the second moments of the inputs of every weight matrix while the network runs over samples.</summary>
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
    public MomentObserver(ModelGraph network, IReadOnlyList<WeightLayer> layers, SampleSet samples, TrainingLoss loss, int part, int threads)
    {
        _part = part;
        _threads = threads;
        _matrices = layers.SelectMany(layer => layer.Weights.Select(weights => (weights, new LayerInputs(layer.Node, weights)))).ToArray();
        int step = Math.Max(1, samples.Count / Samples);
        _samples = samples.Subset(Enumerable.Range(0, samples.Count).Where(i => i % step == 0).Take(Samples).ToArray());
        string[] taps = _matrices.Select(matrix => matrix.Inputs.Source.Name).Distinct().ToArray();
        _runner = new BatchRunner(TrainingStepBuilder.CreateForward(network, part, loss, [], taps), part, threads);
    }

    /// <summary>Runs the samples.</summary>
    /// <param name="parameters">Parameters of the network as they are now.</param>
    /// <param name="names">Weight constants to measure for, or <see langword="null"/> for all.</param>
    /// <returns>By the name of the weights, second moments and means of their inputs.</returns>
    public IReadOnlyDictionary<string, LayerMoments> Observe(IReadOnlyList<TrainedParameter> parameters, IReadOnlySet<string>? names = null)
    {
        _runner.Set(parameters.Select(parameter => KeyValuePair.Create(parameter.Parameter.Name, parameter.Effective)), new Dictionary<string, float[]>());
        (Value Weights, LayerInputs Inputs)[] wanted = _matrices.Where(matrix => names is null || names.Contains(matrix.Weights.Name)).ToArray();
        int parts = (_samples.Count + _part - 1) / _part;
        var vectors = new List<float>[wanted.Length][][];
        int[] steps = wanted.Select(matrix => Math.Max(1, (int)((long)_samples.Count * matrix.Inputs.VectorsPerSample
            / Math.Max(FewestVectors, VectorsPerColumn * matrix.Inputs.Columns)))).ToArray();
        for (int i = 0; i < wanted.Length; i++) vectors[i] = new List<float>[parts][];
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
        var results = new Dictionary<string, LayerMoments>(StringComparer.Ordinal);
        for (int i = 0; i < wanted.Length; i++)
        {
            SecondMoments[] groups = Enumerable.Range(0, wanted[i].Inputs.Groups).Select(_ => new SecondMoments(wanted[i].Inputs.Columns, _threads)).ToArray();
            foreach (List<float>[] part in vectors[i])
                for (int group = 0; group < groups.Length; group++)
                    groups[group].Add(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(part[group]));
            results[wanted[i].Weights.Name] = new LayerMoments(
                new InputHessian(groups.Select(group => group.Moments()).ToArray()), groups.SelectMany(group => group.Mean()).ToArray());
            vectors[i] = [];
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();
}
