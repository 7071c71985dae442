using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Data;
using ModelGen.Compression.Execution;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Quantize;

/// <summary>Chooses the grids of activations from what a few samples make of them.</summary>
internal sealed class ActivationObserver : IDisposable
{
    private const int Samples = 256, ValuesPerPoint = 1 << 17;
    private readonly BatchRunner _runner;
    private readonly IReadOnlyList<string> _points;
    private readonly HashSet<string> _probabilities;
    private readonly SampleSet _samples;
    private readonly int _part;
    private readonly RangeSelection _selection;

    /// <summary>Compiles a way forward that shows the points.</summary>
    /// <param name="network">The network.</param>
    /// <param name="points">Names of the values.</param>
    /// <param name="samples">Samples to choose from.</param>
    /// <param name="loss">As for training.</param>
    /// <param name="part">Samples a run.</param>
    /// <param name="selection">How ranges are chosen.</param>
    /// <param name="threads">Threads.</param>
    public ActivationObserver(
        ModelGraph network, IReadOnlyList<string> points, SampleSet samples, TrainingLoss loss, int part, RangeSelection selection,
        int threads)
    {
        _selection = selection;
        _points = points;
        _part = part;
        _probabilities = QuantizationPoints.Of(network).Where(point => point.IsProbability).Select(point => point.Value.Name).ToHashSet();
        _samples = samples.Spread(Samples);
        _runner = new BatchRunner(TrainingStepBuilder.CreateForward(network, part, loss, points, points), part, threads);
    }

    /// <summary>Chooses grids.</summary>
    /// <param name="parameters">Parameters of the network as they are now.</param>
    public IReadOnlyDictionary<string, ActivationGrid> Choose(IReadOnlyList<TrainedParameter> parameters)
    {
        _runner.Set(parameters.Select(parameter => KeyValuePair.Create(parameter.Parameter.Name, parameter.Effective)),
            new Dictionary<string, float[]>());
        int parts = (_samples.Count + _part - 1) / _part;
        var observed = _points.ToDictionary(point => point, _ => new RangeObserver[parts], StringComparer.Ordinal);
        _runner.ForEachPart(_samples, (instance, first, count) =>
        {
            foreach (string point in _points)
            {
                ReadOnlySpan<float> all = instance.Output(point);
                int wanted = Math.Max(1, ValuesPerPoint / parts), step = Math.Max(1, all.Length / wanted) | 1;
                var some = new float[(all.Length + step - 1) / step];
                for (int i = 0; i < some.Length; i++) some[i] = all[i * step];
                if (Array.Exists(some, value => !float.IsFinite(value)))
                    throw new CompressionException(FormattableString.Invariant(
                        $"a calibration sample from {first} to {first + count - 1} of those measured makes \"{point}\" overflow; leave such samples out"));
                var range = new RangeObserver();
                range.Add(some);
                observed[point][first / _part] = range;
            }
        });
        return observed.ToDictionary(entry => entry.Key, entry => _probabilities.Contains(entry.Key) ? ActivationGrid.Probability
            : ActivationGrid.Choose(Join(entry.Value), _selection), StringComparer.Ordinal);
    }

    private static RangeObserver Join(RangeObserver[] parts)
    {
        foreach (RangeObserver part in parts[1..]) parts[0].Merge(part);
        return parts[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();
}
