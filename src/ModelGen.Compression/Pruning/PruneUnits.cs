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
    private readonly Dictionary<string, int[]> _unitReadBy = new(StringComparer.Ordinal);
    private readonly List<Use> _uses = [];

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

    /// <summary>Whether weights go with units of other rows too: those that multiply a channel that goes as a whole.</summary>
    public bool HasReaders => _unitReadBy.Count > 0;

    /// <summary>For each element of a weight constant whether it stays with some units.</summary>
    /// <param name="name">Name of the constant.</param>
    /// <param name="stays">For each unit whether it stays.</param>
    public bool[] Mask(string name, bool[] stays)
    {
        int[] unitOf = _unitOf[name];
        return _unitReadBy.TryGetValue(name, out int[]? read)
            ? [.. unitOf.Select((unit, e) => stays[unit] && (read[e] < 0 || stays[read[e]]))] : [.. unitOf.Select(unit => stays[unit])];
    }

    /// <summary>Shares of the weights and of the multiply-accumulates that stay with some units.</summary>
    /// <param name="stays">For each unit whether it stays.</param>
    public (double Weights, double Work) Kept(bool[] stays)
    {
        double weights = 0, work = 0;
        foreach (Use use in _uses)
        {
            int kept = Mask(use.Name, stays).Where((isKept, e) => isKept && use.Given?[e] != 0).Count();
            if (use.IsNew) weights += kept;
            work += (double)kept * use.Positions;
        }

        return (weights / Math.Max(1, TotalWeights), work / Math.Max(1, TotalWork));
    }

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

        if (groups is not null) units.FindReaders(layers, groups, unitOfGroup);
        return units;
    }

    private void FindReaders(IReadOnlyList<WeightLayer> layers, ChannelGroupsOfLayers groups, Dictionary<int, int> unitOfGroup)
    {
        foreach (WeightLayer layer in layers)
        {
            foreach (Value weights in layer.Weights)
            {
                int inputs = weights.Shape[1], taps = weights.Shape.Product(2, weights.Shape.Rank);
                int[] unitOfInput = [.. Enumerable.Range(0, inputs).Select(input => groups.GroupReadBy(layer.Node, weights, input) is { } group
                    && unitOfGroup.TryGetValue(group, out int unit) ? unit : -1)];

                // Weights that two layers share stay for either.
                if (!_unitReadBy.ContainsKey(weights.Name) && Array.Exists(unitOfInput, unit => unit >= 0) && _uses.Count(use => use.Name == weights.Name) == 1)
                    _unitReadBy[weights.Name] = [.. Enumerable.Range(0, weights.Shape.Count).Select(e => unitOfInput[e / taps % inputs])];
            }
        }
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
        _uses.Add(new Use(weights.Name, positions, isNew, given));
    }

    private int NewUnit(int layer)
    {
        _weights.Add(0);
        _work.Add(0);
        _layers.Add(layer);
        return _layers.Count - 1;
    }

    // A weight constant in a layer; given zeros cost nothing.
    private sealed record Use(string Name, int Positions, bool IsNew, float[]? Given);
}
