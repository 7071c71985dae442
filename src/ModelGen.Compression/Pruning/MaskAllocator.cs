using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compression.Pruning;

/// <summary>
/// Decides which units stay when weights and work have to shrink to given shares: the knapsack's greedy answer, units in the order of what
/// their loss would cost for what they cost to keep.
/// </summary>
internal sealed class MaskAllocator
{
    // Every layer keeps at least this share of its units: a network cut in two computes nothing.
    private const double Floor = 0.002;
    private readonly PruneUnits _units;
    private readonly double _totalWeights;
    private readonly double _totalWork;
    private readonly int[] _floors;

    /// <summary>Prepares for the units of a network.</summary>
    public MaskAllocator(PruneUnits units)
    {
        _units = units;
        _totalWeights = units.TotalWeights;
        _totalWork = units.TotalWork;
        _floors = new int[units.Layers.Count == 0 ? 0 : units.Layers.Max() + 1];
        foreach (int layer in units.Layers) _floors[layer]++;
        for (int layer = 0; layer < _floors.Length; layer++) _floors[layer] = (int)Math.Ceiling(_floors[layer] * Floor);
    }

    /// <summary>Chooses the units that stay.</summary>
    /// <param name="scores">For each unit what losing it would cost.</param>
    /// <param name="weights">Share of the weights that may stay, 0 to 1.</param>
    /// <param name="work">Share of the multiply-accumulates that may stay, 0 to 1.</param>
    /// <returns>For each unit whether it stays.</returns>
    public bool[] Choose(IReadOnlyList<double> scores, double weights, double work)
    {
        bool[] best = ChooseAlone(scores, weights, work);
        if (!_units.HasReaders) return best;

        // What reads a unit that goes goes too, so that more units may stay than with their own weights alone.
        double most = 0, least = 1;
        for (int i = 0; i < 12; i++)
        {
            double power = (most + least) / 2;
            bool[] stays = ChooseAlone(scores, Math.Pow(weights, power), Math.Pow(work, power));
            (double keptWeights, double keptWork) = _units.Kept(stays);
            if (keptWeights <= weights * (1 + 1e-9) && keptWork <= work * (1 + 1e-9)) (best, least) = (stays, power);
            else most = power;
        }

        return best;
    }

    private bool[] ChooseAlone(IReadOnlyList<double> scores, double weights, double work)
    {
        // The price of a unit mixes its two costs so that both bounds are met at once; where one bound is met with room in the other, that
        // one alone counts.
        bool[] best = Take(scores, 0, weights, work, out bool workBinds);
        if (!workBinds) return best;
        best = Take(scores, 1, weights, work, out workBinds);
        if (workBinds) return best;
        double low = 0, high = 1;
        for (int i = 0; i < 7; i++)
        {
            double mix = (low + high) / 2;
            best = Take(scores, mix, weights, work, out workBinds);
            if (workBinds) low = mix;
            else high = mix;
        }

        return best;
    }

    private bool[] Take(IReadOnlyList<double> scores, double mix, double weights, double work, out bool workBinds)
    {
        int count = scores.Count;
        var keys = new double[count];
        var order = new int[count];
        for (int i = 0; i < count; i++)
        {
            double price = (1 - mix) * _units.Weights[i] / _totalWeights + mix * _units.Work[i] / _totalWork;
            keys[i] = -scores[i] / Math.Max(price, 1e-300);
            order[i] = i;
        }

        // Equal keys in the order of the units, whatever the sort does.
        Array.Sort(keys, order, Comparer<double>.Default);
        for (int start = 0; start < count;)
        {
            int end = start + 1;
            while (end < count && keys[end] == keys[start]) end++;
            if (end - start > 1) Array.Sort(order, start, end - start);
            start = end;
        }

        var stays = new bool[count];
        var missing = (int[])_floors.Clone();
        double keptWeights = 0, keptWork = 0;
        foreach (int unit in order)
        {
            if (missing[_units.Layers[unit]] == 0) continue;
            missing[_units.Layers[unit]]--;
            stays[unit] = true;
            keptWeights += _units.Weights[unit];
            keptWork += _units.Work[unit];
        }

        workBinds = false;
        foreach (int unit in order)
        {
            if (stays[unit]) continue;
            bool fitsWeights = keptWeights + _units.Weights[unit] <= weights * _totalWeights * (1 + 1e-9);
            bool fitsWork = keptWork + _units.Work[unit] <= work * _totalWork * (1 + 1e-9);
            if (!fitsWeights || !fitsWork)
            {
                workBinds = fitsWeights;
                break;
            }

            stays[unit] = true;
            keptWeights += _units.Weights[unit];
            keptWork += _units.Work[unit];
        }

        return stays;
    }
}
