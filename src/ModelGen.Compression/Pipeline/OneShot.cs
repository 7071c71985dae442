using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using System.Threading;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Training;
using ModelGen.Graph;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// Compression without fine-tuning: zeros chosen by the Optimal Brain Surgeon's estimate of the loss, the weights that stay fitted so
/// that the inputs that the layers before now give lead to the original outputs, rounding that makes up for its errors, biases corrected.
/// Needs no labels.
/// </summary>
internal sealed class OneShot
{
    private readonly Workbench _bench;
    private readonly CompressionSettings _settings;
    private readonly Func<WeightLayer, PrunePattern> _patternOf;
    private readonly Action<CompressionProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<string, TrainedParameter> _parameters;

    /// <summary>Prepares.</summary>
    /// <param name="bench">Network, data and compiled graphs.</param>
    /// <param name="patternOf">Pattern of each layer.</param>
    /// <param name="report">Told about progress.</param>
    /// <param name="cancellation">Stops between layers.</param>
    public OneShot(
        Workbench bench, Func<WeightLayer, PrunePattern> patternOf, Action<CompressionProgress> report, CancellationToken cancellation)
    {
        _bench = bench;
        _settings = bench.Settings;
        _patternOf = patternOf;
        _report = report;
        _cancellation = cancellation;
        _parameters = bench.Trainer.Parameters.ToDictionary(parameter => parameter.Parameter.Name, StringComparer.Ordinal);
    }

    /// <summary>Prunes and rounds.</summary>
    /// <param name="weightsKept">Share of the weights that may stay.</param>
    /// <param name="workKept">Share of the multiply-accumulates that may stay.</param>
    /// <param name="seen">Called while gradients of a batch are there.</param>
    /// <returns>Grids of activations.</returns>
    public IReadOnlyDictionary<string, ActivationGrid> Run(double weightsKept, double workKept, Action seen)
    {
        using var observer = new MomentObserver(
            _bench.Network, _bench.Layers, _bench.Data.Training, _bench.Loss, _bench.Part, _settings.Threads);
        TrainedParameter[] weights = _bench.Trainer.Parameters.Where(parameter => parameter.IsWeights).ToArray();
        IReadOnlyList<float[]> information = FisherInformation.Observe(_bench, weights, seen, _cancellation);
        Dictionary<string, bool[]>? stays = weightsKept < 1 || workKept < 1
            ? Choose(observer, RowSums(weights, information), weightsKept, workKept) : null;
        Fit(observer, weights, information, stays);
        using var activations = new ActivationObserver(
            _bench.Network, _bench.Points, _bench.Data.Training, _bench.Loss, _bench.Part, _settings.Ranges, _settings.Threads);
        IReadOnlyDictionary<string, ActivationGrid> grids = activations.Choose(_bench.Trainer.Parameters);
        foreach ((string name, ActivationGrid grid) in grids) grid.Parameters.CopyTo(_bench.Trainer.Grids[name], 0);
        return grids;
    }

    private Dictionary<string, bool[]> Choose(
        MomentObserver observer, Dictionary<string, double[]> gradients, double weightsKept, double workKept)
    {
        IReadOnlyDictionary<string, LayerMoments> original = observer.Observe(_bench.Trainer.Parameters);
        PruneUnits units = PruneUnits.Create(_bench.Network, _bench.Layers, _patternOf);
        var scores = new double[units.Weights.Count];
        foreach ((_, Value weights, TrainedParameter parameter) in Matrices())
        {
            if (_settings.Criterion == PruneCriterion.Magnitude)
            {
                Saliency.Magnitude(parameter.Values, units.UnitOf[weights.Name], scores);
                continue;
            }

            var elements = new PatternUnits(PrunePattern.Unstructured, parameter.Rows, parameter.Columns);
            double[] single = Saliency.Obs(
                parameter.Values, elements, original[weights.Name].Hessian,
                Sensitivities(gradients[weights.Name], original[weights.Name]), threads: _settings.Threads);
            int[] unitOf = units.UnitOf[weights.Name];
            for (int e = 0; e < unitOf.Length; e++) scores[unitOf[e]] += single[e];
        }

        bool[] stays = new MaskAllocator(units).Choose(scores, weightsKept, workKept);
        Dictionary<string, bool[]> kept = units.UnitOfBias.ToDictionary(
            entry => entry.Key, entry => entry.Value.Select(unit => unit < 0 || stays[unit]).ToArray());
        foreach (string name in units.UnitOf.Keys) kept[name] = units.Mask(name, stays);
        return kept;
    }

    // Layer by layer: zeros, the weights that stay fitted to the inputs that the layers before give now, rounding, bias.
    private void Fit(
        MomentObserver observer, TrainedParameter[] weights, IReadOnlyList<float[]> information, Dictionary<string, bool[]>? stays)
    {
        // What was zero before stays zero.
        Dictionary<string, bool[]> keeps = weights.ToDictionary(parameter => parameter.Parameter.Name, parameter =>
            parameter.Values.Select((value, i) => value != 0 && stays?[parameter.Parameter.Name][i] != false).ToArray());
        foreach (TrainedParameter parameter in weights) Mask(parameter, keeps[parameter.Parameter.Name]);
        int[][] bits = _settings.Bits is { } same ? WeightBits.Uniform(weights, same)
            : WeightBits.Allocate(weights, information, _settings.FirstMeanBits, _settings.Threads);

        // Until their turn comes layers do what they did.
        foreach (TrainedParameter parameter in weights) parameter.Mask = null;
        int done = 0;
        foreach ((WeightLayer layer, Value value, TrainedParameter parameter) in Matrices())
        {
            _cancellation.ThrowIfCancellationRequested();
            _bench.Trainer.ApplyParameters();
            LayerMoments moments = observer.Observe(_bench.Trainer.Parameters, new HashSet<string> { value.Name })[value.Name];
            float[] original = parameter.Values;
            bool[] keep = keeps[value.Name];
            parameter.Values = OutputMatching.Fit(original, parameter.Rows, moments, _settings.Threads);
            if (keep.Contains(true) && keep.Contains(false))
            {
                parameter.Values = ObsPruner.Apply(
                    parameter.Values, parameter.Rows, parameter.Columns, keep, moments.Hessian,
                    new ObsOptions(Threads: _settings.Threads)).Weights;
            }

            Mask(parameter, keep);
            WeightGrid grid = WeightBits.Fit(
                parameter, bits[Array.IndexOf(weights, parameter)], WeightImportance.FromInputs(moments.Hessian), _settings.Threads);
            parameter.Values = AdaptiveRounding.Round(
                parameter.Masked(), parameter.Columns, moments.Hessian, grid, keep,
                new RoundingOptions(Threads: _settings.Threads)).Weights;
            parameter.Grid = grid;
            CorrectBias(layer, value, original, parameter.Values, moments);
            _report(new CompressionProgress($"pruning and rounding {layer.Name}", 0.1 + 0.8 * ++done / weights.Length));
        }

        foreach (TrainedParameter bias in _bench.Trainer.Parameters.Where(parameter => !parameter.IsWeights))
            if (stays?.TryGetValue(bias.Parameter.Name, out bool[]? kept) == true) Mask(bias, kept);
        _bench.Trainer.ApplyParameters();
    }

    private static void Mask(TrainedParameter parameter, bool[] keep)
    {
        parameter.Mask = keep.Select(kept => kept ? 1f : 0f).ToArray();
        parameter.CountKept();
    }

    private static Dictionary<string, double[]> RowSums(TrainedParameter[] weights, IReadOnlyList<float[]> information) =>
        weights.Zip(information).ToDictionary(pair => pair.First.Parameter.Name, pair =>
            pair.Second.Chunk(pair.First.Columns).Select(row => (double)TensorPrimitives.Sum<float>(row)).ToArray());

    // Mean squared gradient of the loss with respect to each row's output: that of its weights over that of its inputs. Few batches leave
    // rows noisy; half of what counts is the layer's mean.
    private static float[] Sensitivities(double[] rowSums, LayerMoments layer)
    {
        double mean = rowSums.Average();
        return rowSums.Select((sum, row) =>
        {
            int group = layer.Hessian.GroupOf(row, rowSums.Length);
            double inputs = Enumerable.Range(0, layer.Hessian.Columns).Sum(i => layer.Hessian[group][i, i]);
            return (float)((sum + mean) / 2 / Math.Max(inputs, 1e-12));
        }).ToArray();
    }

    private void CorrectBias(WeightLayer layer, Value weights, float[] before, float[] after, LayerMoments moments)
    {
        // A recurrent layer has its biases behind both weights, inputs' first; the correction of either product goes to its own half.
        bool isRecurrent = layer.Node.Operator is Graph.Operators.Recurrent;
        Value? bias = layer.Node.OptionalInput(isRecurrent ? 3 : 2);
        if (bias is null || !_parameters.TryGetValue(bias.Name, out TrainedParameter? parameter)) return;
        int rows = weights.Shape[0], offset = isRecurrent && ReferenceEquals(weights, layer.Node.Input(2)) ? rows : 0;
        float[] correction = BiasCorrection.Compute(before, after, rows, before.Length / rows, moments.OriginalMeans, moments.Means);
        for (int row = 0; row < rows; row++) parameter.Values[offset + row] += correction[row];
    }

    private IEnumerable<(WeightLayer Layer, Value Weights, TrainedParameter Parameter)> Matrices() =>
        from layer in _bench.Layers
        from weights in layer.Weights
        where _parameters.ContainsKey(weights.Name)
        select (layer, weights, _parameters[weights.Name]);
}
