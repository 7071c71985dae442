using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Network;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Report;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// Chooses a pattern for each layer from what the compiler makes of it: the network is pruned with each pattern and compiled, which says
/// what a weight of that pattern costs in time; the pattern that keeps most of a layer's weights, by their squares, in the same time is
/// taken.
/// </summary>
internal static class PatternChoice
{
    private static readonly PrunePattern[] Candidates = [PrunePattern.Unstructured, PrunePattern.Pairs, PrunePattern.Blocks];

    // A pattern that gains less than this is not worth what it costs in freedom.
    private const double LeastGain = 1.02;

    /// <summary>Chooses.</summary>
    /// <param name="bench">Network and parameters, nothing pruned.</param>
    /// <param name="compile">Compiles the network with the current masks.</param>
    /// <param name="density">Share of the weights that will stay.</param>
    /// <returns>Pattern of each layer in the order of the bench.</returns>
    public static IReadOnlyList<PrunePattern> Choose(Workbench bench, Func<ModelReport> compile, double density)
    {
        var choice = new PrunePattern[bench.Layers.Count];
        if (density >= 1) return choice;
        Dictionary<string, TrainedParameter> parameters = bench.Trainer.Parameters.ToDictionary(
            parameter => parameter.Parameter.Name, StringComparer.Ordinal);
        double[] kept = bench.Layers.Select(layer => density * layer.WeightCount).ToArray();
        double[]? time = null;
        var most = new double[choice.Length];
        foreach (PrunePattern pattern in Candidates)
        {
            PruneUnits units = PruneUnits.Create(bench.Network, bench.Layers, _ => pattern);
            double[] squares = Squares(units, parameters);
            Mask(units, parameters, squares, kept);
            double[]? nanoseconds = Times(bench, compile());
            foreach (TrainedParameter parameter in parameters.Values) parameter.Keep(null);
            if (nanoseconds is null) return new PrunePattern[choice.Length];

            // The first pattern sets the time that each layer may take.
            time ??= nanoseconds;
            for (int layer = 0; layer < choice.Length; layer++)
            {
                // Blocks are pairs in convolutions.
                if (pattern == PrunePattern.Blocks && bench.Layers[layer].Node.Operator is Convolution) continue;
                double affordable = kept[layer] * time[layer] / nanoseconds[layer], gain = pattern == Candidates[0] ? 1 : LeastGain;
                double value = Take(units, squares, layer, affordable).Sum(unit => squares[unit]);
                if (value <= most[layer] * gain) continue;
                most[layer] = value;
                choice[layer] = pattern;
            }
        }

        return choice;
    }

    // Nanoseconds of each layer, or null where compiled layers are not those of the network one by one.
    private static double[]? Times(Workbench bench, ModelReport report)
    {
        LayerReport[] layers = report.Layers.Where(layer => layer.Weights > 0).ToArray();
        return layers.Select(layer => layer.Weights).SequenceEqual(bench.Layers.Select(layer => (long)layer.WeightCount))
            ? layers.Select(ReportEstimates.Nanoseconds).ToArray() : null;
    }

    private static double[] Squares(PruneUnits units, Dictionary<string, TrainedParameter> parameters)
    {
        var squares = new double[units.Weights.Count];
        foreach ((string name, int[] unitOf) in units.UnitOf)
        {
            if (!parameters.TryGetValue(name, out TrainedParameter? parameter)) continue;
            for (int e = 0; e < unitOf.Length; e++) squares[unitOf[e]] += (double)parameter.Values[e] * parameter.Values[e];
        }

        return squares;
    }

    // The units of a layer with the largest mean squares, as many as fit.
    private static IEnumerable<int> Take(PruneUnits units, double[] squares, int layer, double weights)
    {
        double taken = 0;
        return Enumerable.Range(0, squares.Length).Where(unit => units.Layers[unit] == layer)
            .OrderByDescending(unit => squares[unit] / Math.Max(units.Weights[unit], 1))
            .TakeWhile(unit => (taken += units.Weights[unit]) <= weights + 1e-6);
    }

    private static void Mask(PruneUnits units, Dictionary<string, TrainedParameter> parameters, double[] squares, double[] kept)
    {
        var stays = new bool[squares.Length];
        for (int layer = 0; layer < kept.Length; layer++)
            foreach (int unit in Take(units, squares, layer, kept[layer])) stays[unit] = true;
        foreach ((string name, int[] unitOf) in units.UnitOf)
        {
            if (parameters.TryGetValue(name, out TrainedParameter? parameter))
                parameter.Keep(e => stays[unitOf[e]]);
        }
    }
}
