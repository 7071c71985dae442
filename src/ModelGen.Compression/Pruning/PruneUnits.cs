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
    /// For each bias constant, by name, that goes with whole channels, the unit of each element, or -1 where it stays. Without weights a
    /// channel that kept its bias would be a constant, or in a recurrent layer change over time, and could not always be taken out.
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
    /// <param name="network">The network.</param>
    /// <param name="layers">Its layers.</param>
    /// <param name="patternOf">Pattern of each layer.</param>
    public static PruneUnits Create(
        ModelGraph network, IReadOnlyList<WeightLayer> layers, Func<WeightLayer, PrunePattern> patternOf)
    {
        var units = new PruneUnits();
        ChannelGroupsOfLayers? groups = null;
        var unitOfGroup = new Dictionary<int, int>();
        for (int layer = 0; layer < layers.Count; layer++)
        {
            PrunePattern pattern = patternOf(layers[layer]);
            if (pattern == PrunePattern.Channels) groups ??= new ChannelGroupsOfLayers(network);
            foreach (Value weights in layers[layer].Weights)
            {
                // Two layers may share their weights.
                bool isNew = !units._unitOf.TryGetValue(weights.Name, out int[]? unitOf);
                unitOf ??= pattern == PrunePattern.Channels ? units.Channels(layer, layers[layer].Node, weights, groups!, unitOfGroup)
                    : units.Pattern(layer, layers[layer].Node, weights, pattern);
                units.Count(layers[layer].Positions, weights, unitOf, isNew);
            }
        }

        return units;
    }

    // Outputs that have to stay lose their weights one by one.
    private int[] Channels(int layer, Node node, Value weights, ChannelGroupsOfLayers groups, Dictionary<int, int> unitOfGroup)
    {
        int rows = weights.Shape[0], columns = weights.Shape.Product(1, weights.Shape.Rank);
        var unitOf = new int[rows * columns];
        var unitOfRow = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            unitOfRow[row] = -1;
            if (groups.GroupOf(node, row) is { } group && !unitOfGroup.TryGetValue(group, out unitOfRow[row]))
                unitOfRow[row] = unitOfGroup[group] = NewUnit(layer);
            for (int column = 0; column < columns; column++)
                unitOf[row * columns + column] = unitOfRow[row] >= 0 ? unitOfRow[row] : NewUnit(layer);
        }

        if (node.OptionalInput(node.Operator is Recurrent ? 3 : 2) is { } bias)
            _unitOfBias[bias.Name] = [.. Enumerable.Range(0, bias.Shape.Count).Select(e => unitOfRow[e % rows])];
        return unitOf;
    }

    private int[] Pattern(int layer, Node node, Value weights, PrunePattern pattern)
    {
        int rows = weights.Shape[0], columns = weights.Shape.Product(1, weights.Shape.Rank),
            taps = weights.Shape.Product(2, weights.Shape.Rank);
        int sections = node.Operator switch
        {
            Recurrent recurrent => recurrent.Gates,
            Convolution convolution => convolution.Groups,
            _ => 1,
        };

        // Blocks serve layers whose outputs fill the vectors; in convolutions positions do, and pairs are what counts.
        if (pattern == PrunePattern.Blocks && node.Operator is Convolution) pattern = PrunePattern.Pairs;
        var shape = new PatternUnits(pattern, rows, columns, taps, sections);
        var unitOf = new int[rows * columns];
        for (int unit = 0; unit < shape.Count; unit++)
        {
            (int first, int count) = shape.RowBlock(unit / shape.ColumnSets);
            int number = NewUnit(layer);
            foreach (int column in shape.ColumnSet(unit % shape.ColumnSets))
                for (int row = first; row < first + count; row++) unitOf[row * columns + column] = number;
        }

        return unitOf;
    }

    private void Count(int positions, Value weights, int[] unitOf, bool isNew)
    {
        float[]? given = weights.Constant is { } initial ? GivenZeros.MaskOf(initial) : null;
        for (int e = 0; e < unitOf.Length; e++)
        {
            if (given?[e] == 0) continue;
            if (isNew) _weights[unitOf[e]]++;
            _work[unitOf[e]] += positions;
        }

        if (isNew) TotalWeights += unitOf.Length;
        TotalWork += (double)unitOf.Length * positions;
        _unitOf[weights.Name] = unitOf;
    }

    private int NewUnit(int layer)
    {
        _weights.Add(0);
        _work.Add(0);
        _layers.Add(layer);
        return _layers.Count - 1;
    }
}
