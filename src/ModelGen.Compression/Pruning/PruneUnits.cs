using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Network;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Pruning;

/// <summary>
/// The weights of a network in units that live or die together. Unit numbers run over the whole network; a unit may span the two matrices
/// of a recurrent layer.
/// </summary>
internal sealed class PruneUnits
{
    private const int BlockRows = 16;
    private readonly List<double> _weights = [];
    private readonly List<double> _work = [];
    private readonly List<int> _layers = [];
    private readonly Dictionary<string, int[]> _unitOf = new(StringComparer.Ordinal);

    private PruneUnits()
    {
    }

    /// <summary>For each weight constant, by name, the unit of each element.</summary>
    public IReadOnlyDictionary<string, int[]> UnitOf => _unitOf;

    /// <summary>Weights of each unit.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>Multiply-accumulates of each unit.</summary>
    public IReadOnlyList<double> Work => _work;

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
            Dictionary<(int, int), int>? shared = null;
            foreach (Value weights in layers[layer].Weights)
            {
                if (units._unitOf.ContainsKey(weights.Name)) continue;
                PrunePattern pattern = patternOf(layers[layer]);
                bool isUnit = pattern == PrunePattern.Channels && layers[layer].Node.Operator is Recurrent;
                Dictionary<(int, int), int> known = isUnit ? shared ??= [] : [];
                units.Add(layer, layers[layer], weights, pattern, known);
            }
        }

        return units;
    }

    private void Add(int layer, WeightLayer info, Value weights, PrunePattern pattern, Dictionary<(int, int), int> known)
    {
        int rows = weights.Shape[0], columns = weights.Shape.Count / Math.Max(1, rows);
        int taps = weights.Shape.Rank > 2 ? weights.Shape.Product(2, weights.Shape.Rank) : 1;
        int hidden = info.Node.Operator is Recurrent recurrent ? recurrent.Hidden : 0;
        var unitOf = new int[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                (int, int) key = pattern switch
                {
                    PrunePattern.Channels => (hidden > 0 ? row % hidden : row, 0),
                    PrunePattern.Pairs => (row, column / taps / 2 * taps + column % taps),

                    // Blocks serve layers whose outputs fill the vectors; elsewhere positions do, and pairs are what counts.
                    PrunePattern.Blocks16 when taps == 1 && info.Node.Operator is not Convolution => (row / BlockRows, column),
                    PrunePattern.Blocks16 => (row, column / taps / 2 * taps + column % taps),
                    _ => (row, column),
                };
                if (!known.TryGetValue(key, out int unit))
                {
                    known[key] = unit = _weights.Count;
                    _weights.Add(0);
                    _work.Add(0);
                    _layers.Add(layer);
                }

                _weights[unit]++;
                _work[unit] += info.Positions;
                unitOf[row * columns + column] = unit;
            }
        }

        _unitOf[weights.Name] = unitOf;
    }
}
