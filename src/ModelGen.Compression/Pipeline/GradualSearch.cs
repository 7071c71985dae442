using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Training;
using ModelGen.Graph;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// Compression with fine-tuning: halves what is kept level by level until a target binds, then trains with the final zeros, first exact, then
/// on the grids that the result is stored in.
/// </summary>
internal sealed class GradualSearch
{
    // Shares of the training: falling levels, exact training with the final zeros, training on grids.
    private const double PruningShare = 0.5, ExactShare = 0.1;
    private const int MasksPerLevel = 16, GridUpdates = 40, Checks = 6;

    // Work of automatic fine-tuning in multiply-accumulates, and bounds on its batches.
    private const double WorkBudget = 1.2e13;
    private const int FewestBatches = 1500, MostBatches = 9000;

    private readonly Workbench _bench;
    private readonly CompressionSettings _settings;
    private readonly Action<CompressionProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly SampleOrder _order;
    private readonly long _batches;
    private readonly List<CurvePoint> _curve = [];
    private readonly GradualPruner _pruner;
    private long _batch;
    private double _progress;

    /// <summary>Prepares a search.</summary>
    public GradualSearch(Workbench bench, Action<CompressionProgress> report, CancellationToken cancellation)
    {
        _bench = bench;
        _settings = bench.Settings;
        _report = report;
        _cancellation = cancellation;
        _order = new SampleOrder(bench.Data.Training.Count, _settings.BatchSize, _settings.Seed);
        _pruner = new GradualPruner(bench.Layers, bench.Trainer.Parameters, PatternOf);
        Epochs = _settings.Epochs ?? AutomaticEpochs();
        _batches = (long)Epochs * _order.BatchesPerEpoch;
        _curve.Add(new CurvePoint(1, 1, 32, bench.OriginalQuality, false));
    }

    /// <summary>Epochs of fine-tuning.</summary>
    public int Epochs { get; }

    /// <summary>Networks on the way.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve;

    /// <summary>Grids of activations, after <see cref="Quantize"/>.</summary>
    public IReadOnlyDictionary<string, ActivationGrid> Grids { get; private set; } = new Dictionary<string, ActivationGrid>();

    /// <summary>Prunes to the targets.</summary>
    public void Prune()
    {
        (double weights, double work) = Targets();
        if (weights >= 1 && work >= 1) return;
        int levels = Math.Max(1, (int)Math.Round(Math.Log2(1 / Math.Min(weights, work))));
        long perLevel = (long)(_batches * PruningShare / levels);
        if (perLevel == 0) _pruner.Prune(weights, work);
        for (int level = 1; level <= levels && perLevel > 0; level++)
        {
            double from = (level - 1.0) / levels, to = (double)level / levels;
            for (long i = 0; i < perLevel; i++)
            {
                // The first half of a level removes, the second recovers.
                if (i <= perLevel / 2 && i % Math.Max(1, perLevel / MasksPerLevel) == 0 && (level > 1 || i > 0))
                {
                    double at = from + (to - from) * Math.Min(1, 2.0 * i / perLevel);
                    _pruner.Prune(Math.Pow(weights, at), Math.Pow(work, at));
                }

                Step(PruningShare * (from + (to - from) * i / perLevel), FormattableString.Invariant($"pruning to 1/{Math.Pow(weights, -to):0.#}"));
            }

            Note();
        }

        _progress = PruningShare;
        long exact = (long)(_batches * ExactShare);
        for (long i = 0; i < exact; i++) Step(PruningShare + ExactShare * i / exact, "training what is left");
    }

    /// <summary>Puts weights and activations on grids and trains with them.</summary>
    public void Quantize()
    {
        IReadOnlyList<TrainedParameter> parameters = _bench.Trainer.Parameters;
        TrainedParameter[] weights = parameters.Where(parameter => parameter.IsWeights).ToArray();
        int[][] bits = weights.Select(parameter => Enumerable.Repeat(_settings.Bits ?? 4, parameter.Rows).ToArray()).ToArray();
        using var observer = new ActivationObserver(_bench.Network, _bench.Points, _bench.Data.Training, _bench.Loss, _bench.Part, _settings.Threads);
        _bench.Trainer.ApplyParameters();
        double start = Math.Max(_progress, _pruner.WeightsKept < 1 ? PruningShare + ExactShare : 0);
        long batches = (long)(_batches * (1 - start));
        float[][]? best = null;
        double bestQuality = double.NegativeInfinity;
        UpdateGrids();
        for (long i = 0; i < batches; i++)
        {
            if (i > 0 && i % Math.Max(1, batches / GridUpdates) == 0 && i < batches * 0.9) UpdateGrids();
            Step(start + (1 - start) * i / batches, "training on grids");

            // Of the last stretch the best network on the validation samples is kept.
            if (i < batches * 0.8 || (i + 1) % Math.Max(1, batches / (5 * Checks)) != 0) continue;
            double quality = _bench.MeasureQuality();
            if (quality < bestQuality) continue;
            bestQuality = quality;
            best = parameters.Select(parameter => parameter.Values.ToArray()).ToArray();
        }

        for (int i = 0; best is not null && i < best.Length; i++) parameters[i].Values = best[i];
        double reached = _bench.MeasureQuality();
        _curve.Add(new CurvePoint(_pruner.WeightsKept, _pruner.WorkKept, _settings.Bits ?? 4, reached, true));
        _report(new CompressionProgress("quantized", 0.96, string.Create(CultureInfo.InvariantCulture, $"on grids: {reached:0.00}")));

        void UpdateGrids()
        {
            for (int i = 0; i < weights.Length; i++) weights[i].Grid = RowGrids.Choose(weights[i], bits[i]);
            _bench.Trainer.ApplyParameters();
            Grids = observer.Choose(parameters);
            foreach ((string name, ActivationGrid grid) in Grids) grid.Parameters.CopyTo(_bench.Trainer.Grids[name], 0);
        }
    }

    /// <summary>What is known of the layers now.</summary>
    public IReadOnlyList<LayerOutcome> DescribeLayers() => _bench.Layers.Select(layer => new LayerOutcome(
        layer.Name, layer.WeightCount, _pruner.WeightsKept < 1 ? PatternOf(layer).ToString().ToLowerInvariant() : "none", Impact(layer))).ToArray();

    private PrunePattern PatternOf(WeightLayer layer) => _settings.Pattern ?? PrunePattern.Unstructured;

    // Mean over the matrices of a layer, by their weights.
    private double? Impact(WeightLayer layer)
    {
        double sum = 0;
        foreach (Value weights in layer.Weights)
        {
            if (_pruner.ImpactOf(weights.Name) is not { } impact) return null;
            sum += impact * weights.Shape.Count;
        }

        return sum / Math.Max(1, layer.WeightCount);
    }

    private void Step(double progress, string stage)
    {
        _cancellation.ThrowIfCancellationRequested();
        _bench.Trainer.ComputeGradients(_bench.Data.Training, _bench.Targets, _order.Batch(_batch++));
        _pruner.Observe();
        _bench.Trainer.Update(LearningRate.At(_settings.Rate, progress));
        if (_batch % 10 == 0) _report(new CompressionProgress(stage, 0.02 + 0.94 * progress));
    }

    private void Note()
    {
        double quality = _bench.MeasureQuality();
        _curve.Add(new CurvePoint(_pruner.WeightsKept, _pruner.WorkKept, 32, quality, false));
        _report(new CompressionProgress("pruning", 0, string.Create(CultureInfo.InvariantCulture,
            $"1/{1 / _pruner.WeightsKept:0.0} of the weights, 1/{1 / _pruner.WorkKept:0.0} of the work: {quality:0.00}")));
    }

    private (double Weights, double Work) Targets()
    {
        double weights = 1 - (_settings.Sparsity ?? 0), work = 1 / (_settings.Speedup ?? 1);

        // One bound alone is meant for both; with two the tighter decides where they meet.
        if (_settings.Speedup is null) work = 1;
        if (_settings.Sparsity is null) weights = 1;
        return (weights, work);
    }

    private int AutomaticEpochs()
    {
        double work = 3.0 * _bench.Layers.Sum(layer => (double)layer.WeightCount * layer.Positions) * _bench.Data.Training.Count;
        double epochs = WorkBudget / Math.Max(1, work);
        double fewest = (double)FewestBatches / _order.BatchesPerEpoch, most = (double)MostBatches / _order.BatchesPerEpoch;
        return (int)Math.Ceiling(Math.Clamp(epochs, fewest, Math.Max(fewest, most)));
    }
}
