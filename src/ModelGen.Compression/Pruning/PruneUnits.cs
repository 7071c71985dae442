using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Network;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Pruning;

/// <summary>
/// The weights of a network in units that live or die together. Unit numbers run over the whole network; a unit may span the two matrices
/// of a recurrent layer.
/// </summary>
internal sealed class PruneUnits
{
    private readonly List<double> _weights = [];
    private readonly List<double> _work = [];
    private readonly List<int> _layers = [];
    private readonly Dictionary<string, int[]> _unitOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> _unitOfBias = new(StringComparer.Ordinal);

    private PruneUnits()
    {
    }

    /// <summary>For each weight constant, by name, the unit of each element.</summary>
    public IReadOnlyDictionary<string, int[]> UnitOf => _unitOf;

    /// <summary>
    /// For each bias constant, by name, whose elements go with units, the unit of each: a hidden unit of a recurrent layer that kept its
    /// biases would change over time, though it reads nothing.
    /// </summary>
    public IReadOnlyDictionary<string, int[]> UnitOfBias => _unitOfBias;

    /// <summary>Weights of each unit, but for zeros that the model came with (<see cref="GivenZeros"/>): those cost nothing.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>Multiply-accumulates of each unit, counted like <see cref="Weights"/>.</summary>
    public IReadOnlyList<double> Work => _work;

    /// <summary>Weights of all layers, zeros included: what shares are shares of.</summary>
    public double TotalWeights { get; private set; }

    /// <summary>Multiply-accumulates with them.</summary>
    public double TotalWork { get; private set; }

    /// <summary>Number of the layer of each unit.</summary>
    public IReadOnlyList<int> Layers => _layers;

    /// <summary>Makes units.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="patternOf">Pattern of each layer.</param>
    public static PruneUnits Create(IReadOnlyList<WeightLayer> layers, Func<WeightLayer, PrunePattern> patternOf)
    {
        var units = new PruneUnits();
        for (int layer = 0; layer < layers.Count; layer++)
        {
            PrunePattern pattern = patternOf(layers[layer]);
            Dictionary<int, int>? hiddenUnits = pattern == PrunePattern.Channels && layers[layer].Node.Operator is Recurrent ? [] : null;
            foreach (Value weights in layers[layer].Weights)
            {
                if (units._unitOf.ContainsKey(weights.Name)) continue;
                units.Add(layer, layers[layer], weights, pattern, hiddenUnits);
            }

            if (hiddenUnits is { Count: > 0 } && layers[layer].Node.OptionalInput(3) is { } bias)
                units._unitOfBias[bias.Name] = [.. Enumerable.Range(0, bias.Shape.Count).Select(e => hiddenUnits[e % hiddenUnits.Count])];
        }

        return units;
    }

    private void Add(int layer, WeightLayer info, Value weights, PrunePattern pattern, Dictionary<int, int>? hiddenUnits)
    {
        int rows = weights.Shape[0], columns = weights.Shape.Product(1, weights.Shape.Rank),
            taps = weights.Shape.Product(2, weights.Shape.Rank);
        int sections = info.Node.Operator switch
        {
            Recurrent recurrent => recurrent.Gates,
            Convolution convolution => convolution.Groups,
            _ => 1,
        };

        // Blocks serve layers whose outputs fill the vectors; in convolutions positions do, and pairs are what counts.
        if (pattern is PrunePattern.Blocks8 or PrunePattern.Blocks16 && info.Node.Operator is Convolution) pattern = PrunePattern.Pairs;
        var shape = new PatternUnits(pattern, rows, columns, taps, sections);
        var unitOf = new int[rows * columns];
        for (int unit = 0; unit < shape.Count; unit++)
        {
            (int first, int count) = shape.RowBlock(unit / shape.ColumnSets);
            int number = hiddenUnits is null ? NewUnit(layer) : HiddenUnit(layer, first % (rows / sections), hiddenUnits);
            foreach (int column in shape.ColumnSet(unit % shape.ColumnSets))
                for (int row = first; row < first + count; row++) unitOf[row * columns + column] = number;
        }

        float[]? given = weights.Constant is { } initial ? GivenZeros.MaskOf(initial) : null;
        for (int e = 0; e < unitOf.Length; e++)
        {
            if (given?[e] == 0) continue;
            _weights[unitOf[e]]++;
            _work[unitOf[e]] += info.Positions;
        }

        TotalWeights += unitOf.Length;
        TotalWork += (double)unitOf.Length * info.Positions;
        _unitOf[weights.Name] = unitOf;
    }

    // A hidden unit is one row of each gate, in both matrices.
    private int HiddenUnit(int layer, int index, Dictionary<int, int> known) =>
        known.TryGetValue(index, out int unit) ? unit : known[index] = NewUnit(layer);

    private int NewUnit(int layer)
    {
        _weights.Add(0);
        _work.Add(0);
        _layers.Add(layer);
        return _layers.Count - 1;
    }
}
