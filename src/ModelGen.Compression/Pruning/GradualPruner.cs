using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Compression.Network;
using ModelGen.Compression.Training;
using ModelGen.Graph;

namespace ModelGen.Compression.Pruning;

/// <summary>
/// Prunes while a network trains (as Zhu and Gupta, "To prune, or not to prune", 2017, but by halves and not along a cubic curve). What a
/// unit is worth is the second-order estimate of the loss without it, <c>sum of w^2 F / 2</c>, with the Fisher information F, or plainly
/// its size.
/// </summary>
internal sealed class GradualPruner
{
    private readonly IReadOnlyList<TrainedParameter> _parameters, _biases;
    private readonly FactoredInformation[] _information;
    private readonly PruneUnits _units;
    private readonly MaskAllocator _allocator;
    private readonly PruneCriterion _criterion;
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);

    /// <summary>Prunes the weights of a trainer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="parameters">Parameters of the trainer.</param>
    /// <param name="patternOf">Pattern of each layer.</param>
    /// <param name="criterion">What decides which weights go.</param>
    public GradualPruner(
        ModelGraph network, IReadOnlyList<WeightLayer> layers, IReadOnlyList<TrainedParameter> parameters,
        Func<WeightLayer, PrunePattern> patternOf, PruneCriterion criterion)
    {
        _criterion = criterion;
        _units = PruneUnits.Create(network, layers, patternOf);
        _allocator = new MaskAllocator(_units);
        _parameters = parameters.Where(parameter => _units.UnitOf.ContainsKey(parameter.Parameter.Name)).ToArray();
        _biases = parameters.Where(parameter => _units.UnitOfBias.ContainsKey(parameter.Parameter.Name)).ToArray();
        _information = _parameters.Select(parameter => new FactoredInformation(parameter)).ToArray();
        foreach (WeightLayer layer in layers)
            foreach (Value weights in layer.Weights)
                _positions[weights.Name] = _positions.GetValueOrDefault(weights.Name) + layer.Positions;
        WeightsGiven = Share(_units.Weights, _units.TotalWeights);
        WorkGiven = Share(_units.Work, _units.TotalWork);
        Recount();
    }

    /// <summary>Share of the weights that were not zero in the model given; 1 where it has few zeros.</summary>
    public double WeightsGiven { get; }

    /// <summary>Share of the multiply-accumulates with weights that were not zero in the model given.</summary>
    public double WorkGiven { get; }

    /// <summary>Share of the weights that stay.</summary>
    public double WeightsKept { get; private set; } = 1;

    /// <summary>Share of the multiply-accumulates that stay.</summary>
    public double WorkKept { get; private set; } = 1;

    /// <summary>Takes the gradients of a batch into what is known of the weights.</summary>
    public void Observe()
    {
        foreach (FactoredInformation information in _information) information.Observe();
    }

    /// <summary>Chooses anew what stays, on the way from what was given to what is wanted: the same factor for the same stretch.</summary>
    /// <param name="weights">Share of the weights at the end.</param>
    /// <param name="work">Share of the multiply-accumulates at the end.</param>
    /// <param name="at">How far, 0 to 1.</param>
    public void PruneTowards(double weights, double work, double at) =>
        Prune(WeightsAt(weights, at), WorkGiven * Math.Pow(work / WorkGiven, at));

    /// <summary>Share of the weights at a point of that way.</summary>
    /// <param name="weights">Share of the weights at the end.</param>
    /// <param name="at">How far, 0 to 1.</param>
    public double WeightsAt(double weights, double at) => WeightsGiven * Math.Pow(weights / WeightsGiven, at);

    /// <summary>Chooses anew what stays.</summary>
    /// <param name="weights">Share of the weights, 0 to 1.</param>
    /// <param name="work">Share of the multiply-accumulates, 0 to 1.</param>
    private void Prune(double weights, double work)
    {
        var scores = new double[_units.Weights.Count];
        for (int i = 0; i < _parameters.Count; i++)
        {
            int[] unitOf = _units.UnitOf[_parameters[i].Parameter.Name];
            if (_criterion == PruneCriterion.Magnitude) Saliency.Magnitude(_parameters[i].Values, unitOf, scores);
            else _information[i].Score(unitOf, scores);
        }

        bool[] stays = _allocator.Choose(scores, weights, work);
        foreach (TrainedParameter parameter in _parameters)
        {
            bool[] mask = _units.Mask(parameter.Parameter.Name, stays);
            parameter.Keep(e => mask[e]);
        }

        foreach (TrainedParameter bias in _biases)
        {
            int[] unitOf = _units.UnitOfBias[bias.Parameter.Name];
            bias.Keep(e => unitOf[e] < 0 || stays[unitOf[e]]);
        }

        Recount();
    }

    /// <summary>
    /// Recounts <see cref="WeightsKept"/> and <see cref="WorkKept"/> after masks changed. Weights are counted, not units, some of whose
    /// weights may have been zero before.
    /// </summary>
    public void Recount()
    {
        double weights = _units.Weights.Sum(), work = _units.Work.Sum();
        foreach (TrainedParameter parameter in _parameters)
        {
            double gone = parameter.KeptAtStart - parameter.Kept;
            weights -= gone;
            work -= gone * _positions[parameter.Parameter.Name];
        }

        WeightsKept = weights / Math.Max(1, _units.TotalWeights);
        WorkKept = work / Math.Max(1, _units.TotalWork);
    }

    /// <summary>Estimated loss when a weight of average size of a constant is removed: <c>w^2 F / 2</c>.</summary>
    /// <param name="name">Name of the constant.</param>
    /// <returns>The estimate, 0 where no weight is left; <see langword="null"/> before the first batch or for a constant that is not
    /// trained.</returns>
    public double? ImpactOf(string name)
    {
        for (int i = 0; i < _parameters.Count; i++)
        {
            if (_parameters[i].Parameter.Name != name || _information[i].Mean == 0) continue;
            double squares = System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(_parameters[i].Effective);
            return _information[i].Mean * squares / Math.Max(1, _parameters[i].Kept) / 2;
        }

        return null;
    }

    /// <summary>Writes what is known of the weights; masks belong to the parameters.</summary>
    public void Save(BinaryWriter writer)
    {
        foreach (FactoredInformation information in _information) information.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, after the parameters were read.</summary>
    /// <exception cref="IOException">That was of another network.</exception>
    public void Load(BinaryReader reader)
    {
        foreach (FactoredInformation information in _information) information.Load(reader);
        Recount();
    }

    private static double Share(IReadOnlyList<double> costs, double total) => costs.Sum() / Math.Max(1, total);
}
