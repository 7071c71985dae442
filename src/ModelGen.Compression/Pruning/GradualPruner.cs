using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Compression.Network;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pruning;

/// <summary>
/// Prunes while a network trains (Zhu and Gupta, "To prune, or not to prune", 2017). What a unit is worth is the second-order estimate of the
/// loss without it, <c>sum of w^2 F / 2</c>, with the Fisher information F, or plainly its size.
/// </summary>
internal sealed class GradualPruner
{
    private readonly IReadOnlyList<TrainedParameter> _parameters;
    private readonly FactoredInformation[] _information;
    private readonly PruneUnits _units;
    private readonly MaskAllocator _allocator;
    private readonly PruneCriterion _criterion;

    /// <summary>Prunes the weights of a trainer.</summary>
    /// <param name="layers">Layers of the network.</param>
    /// <param name="parameters">Parameters of the trainer.</param>
    /// <param name="patternOf">Pattern of each layer.</param>
    /// <param name="criterion">What decides which weights go.</param>
    public GradualPruner(
        IReadOnlyList<WeightLayer> layers, IReadOnlyList<TrainedParameter> parameters, Func<WeightLayer, PrunePattern> patternOf,
        PruneCriterion criterion)
    {
        _criterion = criterion;
        _units = PruneUnits.Create(layers, patternOf);
        _allocator = new MaskAllocator(_units);
        _parameters = parameters.Where(parameter => _units.UnitOf.ContainsKey(parameter.Parameter.Name)).ToArray();
        _information = _parameters.Select(parameter => new FactoredInformation(parameter)).ToArray();
    }

    /// <summary>Share of the weights that stay.</summary>
    public double WeightsKept { get; private set; } = 1;

    /// <summary>Share of the multiply-accumulates that stay.</summary>
    public double WorkKept { get; private set; } = 1;

    /// <summary>Takes the gradients of a batch into what is known of the weights.</summary>
    public void Observe()
    {
        foreach (FactoredInformation information in _information) information.Observe();
    }

    /// <summary>Chooses anew what stays.</summary>
    /// <param name="weights">Share of the weights, 0 to 1.</param>
    /// <param name="work">Share of the multiply-accumulates, 0 to 1.</param>
    public void Prune(double weights, double work)
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
            int[] unitOf = _units.UnitOf[parameter.Parameter.Name];
            float[] mask = parameter.Mask ??= new float[unitOf.Length];
            for (int e = 0; e < mask.Length; e++) mask[e] = stays[unitOf[e]] ? 1 : 0;
            parameter.CountKept();
        }

        WeightsKept = Share(_units.Weights, stays);
        WorkKept = Share(_units.Work, stays);
    }

    /// <summary>Recounts <see cref="WeightsKept"/> and <see cref="WorkKept"/> after masks were put back.</summary>
    public void Recount()
    {
        var stays = new bool[_units.Weights.Count];
        foreach (TrainedParameter parameter in _parameters)
        {
            int[] unitOf = _units.UnitOf[parameter.Parameter.Name];
            for (int e = 0; e < unitOf.Length; e++) stays[unitOf[e]] |= parameter.Mask is null || parameter.Mask[e] != 0;
        }

        WeightsKept = Share(_units.Weights, stays);
        WorkKept = Share(_units.Work, stays);
    }

    /// <summary>Estimated loss when a weight of average size of a constant is removed: <c>w^2 F / 2</c>.</summary>
    /// <param name="name">Name of the constant.</param>
    /// <returns>The estimate, 0 where no weight is left; <see langword="null"/> before the first batch or for a constant that is not trained.</returns>
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

    private static double Share(IReadOnlyList<double> costs, bool[] stays)
    {
        double kept = 0;
        for (int i = 0; i < stays.Length; i++)
            if (stays[i]) kept += costs[i];
        return kept / Math.Max(1, costs.Sum());
    }
}
