using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using ModelGen.Compiler;
using ModelGen.Compression.Data;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// Compression with fine-tuning: halves what is kept level by level until a target binds, then trains with the final zeros, first exact,
/// then on the grids that the result is stored in.
/// </summary>
internal sealed class GradualSearch : IDisposable
{
    private const int MasksPerLevel = 16, GridUpdates = 40, Checks = 6, OpenLevels = 6;

    // Mean bits that are tried one after the other while the accuracy limit is missed, and what each further try takes of the training on
    // grids, at small steps.
    private static readonly double[] MoreBits = [6, 8];
    private const int FurtherShare = 5;
    private const double FurtherFrom = 0.8;

    // Batches from one look at what weights are worth to the next.
    private const int LookEvery = 4;

    // Where the targets leave open how many weights will stay.
    private const double OpenDensity = 0.1;

    private readonly Workbench _bench;
    private readonly CompressionSettings _settings;
    private readonly Action<CompressionProgress> _report;
    private readonly CancellationToken _cancellation;
    private readonly SampleOrder _order;
    private readonly long _batches;
    private readonly SearchSchedule _schedule;
    private readonly SearchState _state = new();
    private readonly TrainedParameter[] _weights;
    private readonly Checkpoint? _checkpoint;
    private readonly GradualPruner _pruner;
    private readonly QuantizedOutput _output;
    private readonly Dictionary<WeightLayer, PrunePattern> _patterns;
    private ActivationObserver? _observer;

    /// <summary>Prepares a search.</summary>
    /// <param name="bench">Network, data and trainer.</param>
    /// <param name="output">What the compiler makes of the current parameters.</param>
    /// <param name="report">Told about progress.</param>
    /// <param name="checkpoint">Where to go on from and what to leave behind when stopped; <see langword="null"/> for neither.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public GradualSearch(
        Workbench bench, QuantizedOutput output, Action<CompressionProgress> report, Checkpoint? checkpoint, CancellationToken cancellation)
    {
        _checkpoint = checkpoint;
        _weights = bench.Trainer.Parameters.Where(parameter => parameter.IsWeights).ToArray();
        _output = output;
        _bench = bench;
        _settings = bench.Settings;
        _report = report;
        _cancellation = cancellation;
        _order = new SampleOrder(bench.Data.Training.Count, bench.Plan.BatchSize, _settings.Seed);
        (double weights, double work) = WantedShares();
        double density = Math.Min(weights, work) < 1 ? Math.Min(weights, work) : OpenDensity;
        IReadOnlyList<PrunePattern> patterns = _settings.Pattern is { } pattern ? Enumerable.Repeat(pattern, bench.Layers.Count).ToArray()
            : PatternChoice.Choose(bench, () => output.Compile(Optimization.Balanced, keepsChannels: true), density);
        _patterns = bench.Layers.Zip(patterns).ToDictionary(pair => pair.First, pair => pair.Second);
        _pruner = new GradualPruner(bench.Network, bench.Layers, bench.Trainer.Parameters, PatternOf, _settings.Criterion);
        _batches = (long)Epochs * _order.BatchesPerEpoch;
        _schedule = new SearchSchedule(_batches, Levels());
        _state.Curve.Add(new CurvePoint(_pruner.WeightsKept, _pruner.WorkKept, 32, bench.OriginalQuality, false));
    }

    /// <summary>Epochs of fine-tuning.</summary>
    public int Epochs => _bench.Plan.Epochs;

    /// <summary>Networks on the way.</summary>
    public IReadOnlyList<CurvePoint> Curve => _state.Curve;

    /// <summary>Densities with bits, measured in passing.</summary>
    public IReadOnlyList<SweepPoint> Sweep => _state.Sweep;

    /// <summary>Grids of activations, at the end.</summary>
    public IReadOnlyDictionary<string, ActivationGrid> Grids => _state.Grids;

    /// <summary>Mean bits a weight that were aimed at in the end.</summary>
    public double AimedBits => _state.Round == 0 ? _settings.FirstMeanBits : MoreBits[_state.Round - 1];

    /// <summary>Mean bits of the weights that are not zero, at the end.</summary>
    public double MeanBits { get; private set; } = 32;

    /// <summary>Prunes level by level, then trains on grids; goes on from the checkpoint.</summary>
    public void PruneAndTrain()
    {
        if (_checkpoint?.Load(Load) == true)
        {
            double done = 100.0 * _state.Batch / Math.Max(1, _batches);
            _report(new CompressionProgress("going on", 0, FormattableString.Invariant($"going on after {done:0} % of the training")));
        }

        List<Action> segments = PruningSegments();
        int levels = Math.Max(0, segments.Count - 1);
        segments.AddRange(GridSegments());
        for (int i = _state.Segment; i < segments.Count; i++)
        {
            // Behind the last level no pruned weight comes back, so their gradients are not needed.
            _bench.Trainer.OnlyKept = i >= levels;
            segments[i]();
            _state.Segment = i + 1;
            _checkpoint?.Save(Save);
        }

        _state.Best?.Restore(_bench.Trainer.Parameters);
        if (_state.Earlier.Count > 0) TakeBestRound();
        Finish();
    }

    /// <summary>Prunes and rounds without training.</summary>
    public void CompressInOneShot()
    {
        (double weights, double work) = WantedShares();
        _state.Grids = new OneShot(_bench, PatternOf, _report, _cancellation).Run(weights, work, _pruner.Observe);
        _pruner.Recount();
        _state.Bits = _weights.Select(parameter => parameter.Grid!.Bits.ToArray()).ToArray();
        Finish();
    }

    // Whether other targets than shares of weights and work say how much is pruned.
    private bool IsOpen => _settings is { Sparsity: null, Speedup: null } and not { WeightBytes: null, MaximumDrop: null };

    private int Levels()
    {
        (double weights, double work) = WantedShares();
        if (IsOpen) return OpenLevels;
        double factor = Math.Max(_pruner.WeightsGiven / weights, _pruner.WorkGiven / work);
        return factor <= 1 ? 0 : Math.Max(1, (int)Math.Round(Math.Log2(factor)));
    }

    private List<Action> PruningSegments()
    {
        (double weights, double work) = WantedShares();
        (int levels, long perLevel, long exact) = (_schedule.Levels, _schedule.PerLevel, _schedule.Exact);
        if (levels == 0) return [];
        if (IsOpen) (weights, work) = (_pruner.WeightsGiven * Math.Pow(0.5, levels), _pruner.WorkGiven);
        List<Action> segments = [.. Enumerable.Range(1, levels).Select(level =>
            (Action)(() => Level(weights, work, (level - 1.0) / levels, (double)level / levels, perLevel)))];

        // The few batches of a short level say too little of what weights are worth.
        if (perLevel < 2 * LookEvery * FisherInformation.Batches)
            segments.Insert(0, () => FisherInformation.Observe(_bench, _weights, _pruner.Observe, _cancellation));
        segments.Add(() =>
        {
            for (long i = 0; i < exact; i++)
                Step(SearchSchedule.PruningShare + SearchSchedule.ExactShare * i / exact, "training what is left");
        });
        return segments;
    }

    private void Level(double weights, double work, double from, double to, long batches)
    {
        _state.IsPruned |= MeetsBytes();
        if (_state.IsPruned) return;
        ParameterSnapshot before = ParameterSnapshot.Of(_bench.Trainer.Parameters);
        if (batches == 0) _pruner.PruneTowards(weights, work, to);
        for (long i = 0; i < batches; i++)
        {
            // The first half of a level removes, the second recovers.
            bool isLast = i == batches / 2;
            if (isLast || (i < batches / 2 && i % Math.Max(1, batches / MasksPerLevel) == 0 && (from > 0 || i > 0)))
            {
                double at = isLast ? to : from + (to - from) * 2 * i / batches;
                _pruner.PruneTowards(weights, work, at);
            }

            Step(SearchSchedule.PruningShare * (from + (to - from) * i / batches),
                FormattableString.Invariant($"pruning to 1/{1 / _pruner.WeightsAt(weights, to):0.#}"));
        }

        double quality = Note();
        _state.Sweep.AddRange(BitSweep.Measure(_bench, _output, Observer, _pruner.WeightsKept, _pruner.WorkKept));
        if (_settings.MaximumDrop is { } drop && _bench.OriginalQuality - quality > drop)
        {
            // Fine-tuning on grids will not win back more than it loses, so the last level that held is what is finished.
            before.Restore(_bench.Trainer.Parameters);
            _pruner.Recount();
            _state.IsPruned = true;
            _report(new CompressionProgress("pruning", 0, "that costs more than is allowed; going on with the level before"));
        }
    }

    private bool MeetsBytes() => _settings.WeightBytes is { } bytes && _output.Compile(Optimization.Size).WeightBytes <= bytes;

    // Puts weights and activations on grids and trains with them; new grids at the start of each segment but those of the last stretch.
    private IEnumerable<Action> GridSegments()
    {
        long each = Math.Max(1, _schedule.Grids / GridUpdates);
        for (int round = 0; round <= MoreBits.Length; round++)
        {
            int number = round;
            double start = round == 0 ? _schedule.GridsFrom : FurtherFrom;
            long batches = round == 0 ? _schedule.Grids : _schedule.Grids / FurtherShare;
            for (long first = 0; first == 0 || first < batches; first += each)
            {
                long begin = first, end = Math.Min(batches, first + each);
                yield return () =>
                {
                    if (begin == 0 && number > 0) GiveMoreBits(number);
                    if (_state.Round == number) TrainOnGrids(start, begin, end, batches);
                };
            }
        }
    }

    // Begins another round on grids if the one before lost more than is allowed. Where bits or bytes are given there is no choice.
    private void GiveMoreBits(int round)
    {
        if (_settings is not { MaximumDrop: { } drop, Bits: null, MeanBits: null, WeightBytes: null }) return;
        double quality = _state.Best is null ? _bench.MeasureQuality() : _state.BestQuality;
        if (_state.Round != round - 1 || _bench.OriginalQuality - quality <= drop) return;
        _report(new CompressionProgress("training on grids", FurtherFrom, FormattableString.Invariant(
            $"a mean of {AimedBits} bits loses too much ({quality:0.00}); going on with {MoreBits[round - 1]}")));
        _state.Best?.Restore(_bench.Trainer.Parameters);
        _state.Earlier.Add(Candidate(quality));
        _state.Curve.Add(new CurvePoint(_pruner.WeightsKept, _pruner.WorkKept, Mean(), quality, true));
        _state.Round = round;
        (_state.Best, _state.BestQuality) = (null, double.NegativeInfinity);
        foreach (TrainedParameter parameter in _weights) parameter.Grid = null;
        _bench.Trainer.ApplyParameters();
    }

    private GridCandidate Candidate(double quality) => new(
        _state.Round, quality, ParameterSnapshot.Of(_bench.Trainer.Parameters), _state.Bits!,
        _weights.Select(parameter => parameter.Grid).ToArray(), _state.Grids);

    // If even the most bits lose too much, it was not the bits: the best network is taken, of equals the one with the fewest bits.
    private void TakeBestRound()
    {
        double quality = _bench.MeasureQuality();
        if (_bench.OriginalQuality - quality <= _settings.MaximumDrop) return;
        GridCandidate best = _state.Earlier.MaxBy(candidate => candidate.Quality)!;
        if (quality > best.Quality) return;
        (_state.Round, _state.Bits, _state.Grids) = (best.Round, best.Bits, best.Grids);
        best.Parameters.Restore(_bench.Trainer.Parameters);
        for (int i = 0; i < _weights.Length; i++) _weights[i].Grid = best.WeightGrids[i];
        _bench.Trainer.ApplyParameters();
        ApplyGrids();
    }

    private void TrainOnGrids(double start, long begin, long end, long batches)
    {
        if (begin == 0)
        {
            // Where nothing was pruned, this look is the only one.
            IReadOnlyList<float[]> information = FisherInformation.Observe(
                _bench, _weights, _schedule.Levels == 0 && _state.Round == 0 ? _pruner.Observe : null, _cancellation);
            _state.Bits = _settings.Bits is { } same ? WeightBits.Uniform(_weights, same)
                : WeightBits.Allocate(_weights, information, AimedBits, _settings.Threads);
            _bench.Trainer.ApplyParameters();
        }

        if (begin == 0 || begin < batches * 0.8) UpdateGrids();
        else ApplyGrids();
        for (long i = begin; i < end; i++)
        {
            Step(start + (1 - start) * i / batches, "training on grids");

            // Of the last stretch the best network on the validation samples is kept.
            if (i < batches * 0.8 || (i + 1) % Math.Max(1, batches / (5 * Checks)) != 0) continue;
            double quality = _bench.MeasureQuality();

            // A network that broke has none.
            if (!(quality >= _state.BestQuality)) continue;
            _state.BestQuality = quality;
            _state.Best = ParameterSnapshot.Of(_bench.Trainer.Parameters);
        }
    }

    private ActivationObserver Observer => _observer ??= new ActivationObserver(
        _bench.Network, _bench.Points, _bench.Data.Training, _bench.Loss, _bench.Part, _settings.Ranges, _settings.Threads);

    private void UpdateGrids()
    {
        for (int i = 0; i < _weights.Length; i++) _weights[i].Grid = WeightBits.Fit(_weights[i], _state.Bits![i], null, _settings.Threads);
        _bench.Trainer.ApplyParameters();
        _state.Grids = Observer.Choose(_bench.Trainer.Parameters);
        ApplyGrids();
    }

    private void ApplyGrids()
    {
        foreach ((string name, ActivationGrid grid) in _state.Grids) grid.Parameters.CopyTo(_bench.Trainer.Grids[name], 0);
    }

    private void Save(BinaryWriter writer)
    {
        _bench.Trainer.Save(writer);
        _pruner.Save(writer);
        _state.Save(writer, _weights);
    }

    private void Load(BinaryReader reader)
    {
        _bench.Trainer.Load(reader);
        _pruner.Load(reader);
        _state.Load(reader, _weights);
        ApplyGrids();
    }

    private void Finish()
    {
        MeanBits = Mean();
        double quality = _bench.MeasureQuality();
        _state.Curve.Add(new CurvePoint(_pruner.WeightsKept, _pruner.WorkKept, MeanBits, quality, true));
        _report(new CompressionProgress("quantized", 0.96,
            string.Create(CultureInfo.InvariantCulture, $"{MeanBits:0.0} bits a weight: {quality:0.00}")));
    }

    private double Mean()
    {
        double sum = 0, count = 0;
        for (int i = 0; i < _weights.Length; i++)
        {
            float[] masked = _weights[i].Masked();
            for (int e = 0; e < masked.Length; e++)
            {
                if (masked[e] == 0) continue;
                sum += _state.Bits![i][e / _weights[i].Columns];
                count++;
            }
        }

        return sum / Math.Max(1, count);
    }

    /// <summary>What is known of the layers now.</summary>
    public IReadOnlyList<LayerOutcome> DescribeLayers() => _bench.Layers.Select(layer => new LayerOutcome(
        layer.Name, layer.WeightCount, _pruner.WeightsKept < _pruner.WeightsGiven ? NameOf(layer) : "none",
        Impact(layer))).ToArray();

    private PrunePattern PatternOf(WeightLayer layer) => _patterns[layer];

    // Blocks are pairs in convolutions.
    private string NameOf(WeightLayer layer) =>
        (PatternOf(layer) == PrunePattern.Blocks && layer.Node.Operator is Convolution ? PrunePattern.Pairs : PatternOf(layer)).ToString().ToLowerInvariant();

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
        ReadOnlyMemory<int> batch = _order.Batch(_state.Batch);
        int seed = unchecked(_settings.Seed * 1_000_003 + (int)_state.Batch);
        SampleSet? varied = _settings.Augmentation?.Apply(
            _bench.Data.Training, _bench.Network.Inputs[0].Shape, batch, seed, _settings.Threads);

        // Gradients of the training itself vanish where the network already does what it is trained for.
        if (!_bench.Trainer.OnlyKept && _state.Batch % LookEvery == 0)
        {
            FisherInformation.Look(_bench, varied ?? _bench.Data.Training.Subset(batch.ToArray()), new Random(seed));
            _pruner.Observe();
        }

        if (varied is null) _bench.Trainer.ComputeGradients(_bench.Data.Training, _bench.Targets, batch);
        else _bench.Trainer.ComputeGradients(varied, _bench.TargetsOf(varied), Enumerable.Range(0, batch.Length).ToArray());
        _state.Batch++;
        _bench.Trainer.Update(LearningRate.At(_bench.Plan.Rate, progress));
        if (_state.Batch % 10 == 0) _report(new CompressionProgress(stage, 0.02 + 0.94 * progress));
    }

    /// <inheritdoc/>
    public void Dispose() => _observer?.Dispose();

    private double Note()
    {
        double quality = _bench.MeasureQuality();
        _state.Curve.Add(new CurvePoint(_pruner.WeightsKept, _pruner.WorkKept, 32, quality, false));
        _report(new CompressionProgress("pruning", 0, string.Create(CultureInfo.InvariantCulture,
            $"1/{1 / _pruner.WeightsKept:0.0} of the weights, 1/{1 / _pruner.WorkKept:0.0} of the work: {quality:0.00}")));
        return quality;
    }

    private (double Weights, double Work) WantedShares()
    {
        double weights = 1 - (_settings.Sparsity ?? 0), work = 1 / (_settings.Speedup ?? 1);

        return (weights, work);
    }
}
