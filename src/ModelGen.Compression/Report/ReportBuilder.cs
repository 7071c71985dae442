using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using ModelGen.Compiler;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Search;

namespace ModelGen.Compression.Report;

/// <summary>Collects what a report shows from what compression returns.</summary>
internal static class ReportBuilder
{
    // Fewer points have no shape to speak of.
    private const int FewestPoints = 4;

    /// <summary>Makes a report.</summary>
    /// <param name="result">What compression returned.</param>
    /// <param name="model">Name of the model file.</param>
    /// <param name="command">The command line.</param>
    /// <param name="settings">What was asked for.</param>
    /// <param name="data">The samples.</param>
    public static ReportModel Create(CompressionResult result, string model, string command, CompressionSettings settings,
        CompressionData data)
    {
        (int? knee, double? pointsPerHalving) = FindKnee(result.Curve, data.Validation.Count);
        var before = new ReportTotals(
            result.Before.NonZeroWeights, result.Before.Layers.Sum(NonZero), result.Before.MultiplyAccumulates, result.FloatBytes,
            result.Before.FileBytes, result.ValidationBefore, result.TestBefore, ReportEstimates.Microseconds(result.Before),
            ReportEstimates.Microjoules(result.Before));
        var after = new ReportTotals(
            result.After.NonZeroWeights, result.After.Layers.Sum(NonZero), result.After.MultiplyAccumulates, result.After.WeightBytes,
            result.File.Length, result.ValidationAfter, result.TestAfter, ReportEstimates.Microseconds(result.After),
            ReportEstimates.Microjoules(result.After));
        return new ReportModel(
            model, command, Version(), settings.Seed, result.Epochs, data.Training.Count, data.Validation.Count, data.Test?.Count ?? 0,
            result.QualityName, result.TestQualityName, before, after, result.Curve, knee, pointsPerHalving, Layers(result),
            Classes(result), result.ConfusionSource, result.ConfusionBefore, result.ConfusionAfter)
        {
            MissedTargets = result.MissedTargets,
            Sweep = result.Sweep,
        };
    }

    /// <summary>
    /// Finds the knee of quality over halvings of the weights. Networks that were fine-tuned to the end are compared with each other if
    /// there are enough of them, else networks measured in passing; never one kind with the other, which would bend the curve.
    /// </summary>
    /// <param name="curve">The curve.</param>
    /// <param name="samples">Samples that quality was measured on.</param>
    /// <returns>Index of the knee in the curve, and what each further halving costs; nulls where there is no knee, or where all points lie
    /// within one standard error of each other, so that a knee would be noise.</returns>
    public static (int? Knee, double? PointsPerHalving) FindKnee(IReadOnlyList<CurvePoint> curve, int samples)
    {
        int[] indices = Comparable(curve, isFinal: true);
        if (indices.Length < FewestPoints) indices = Comparable(curve, isFinal: false);
        if (indices.Length < FewestPoints) return (null, null);
        double[] qualities = indices.Select(index => curve[index].Quality).ToArray();
        double share = Math.Clamp(qualities.Max() / 100, 0, 1), standardError = 100 * Math.Sqrt(share * (1 - share) / Math.Max(1, samples));
        if (qualities.Max() - qualities.Min() <= standardError) return (null, null);
        double[] weights = indices.Select(index => curve[index].WeightsKept).ToArray();
        int? knee = Knee.Find(weights.Select(Math.Log2).ToArray(), qualities, CurveShape.ConcaveIncreasing);
        return knee is null ? (null, null) : (indices[knee.Value], Knee.PointsPerHalving(weights, qualities, knee.Value));
    }

    // By ascending size, of equal sizes the best; the original, the first point, is the start of both kinds.
    private static int[] Comparable(IReadOnlyList<CurvePoint> curve, bool isFinal) => Enumerable.Range(0, curve.Count)
        .Where(index => (curve[index].IsFinal == isFinal || index == 0) && curve[index].WeightsKept > 0
            && double.IsFinite(curve[index].Quality))
        .GroupBy(index => curve[index].WeightsKept)
        .OrderBy(group => group.Key)
        .Select(group => group.MaxBy(index => curve[index].Quality))
        .ToArray();

    private static ReportLayer[] Layers(CompressionResult result)
    {
        LayerReport[] before = result.Before.Layers.Where(layer => layer.Weights > 0).ToArray();
        LayerReport[] after = result.After.Layers.Where(layer => layer.Weights > 0).ToArray();
        double strongest = result.Layers.Max(layer => layer.Impact) ?? 0;
        return after.Select((layer, index) =>
        {
            LayerReport original = Partner(before, item => (item.Name, item.Weights), after, index) ?? layer;
            LayerOutcome? outcome = Partner(result.Layers, item => (item.Name, item.Weights), after, index);
            return new ReportLayer(
                outcome?.Name ?? original.Name, layer.Operation, original.Weights, layer.NonZeroWeights, original.MultiplyAccumulates,
                layer.MultiplyAccumulates, layer.WeightBytes, outcome?.Pattern ?? "", layer.NeuronsByBits.ToArray(),
                strongest > 0 && outcome?.Impact is { } impact ? impact / strongest : null);
        }).ToArray();
    }

    // Quantization and fusion rename nodes, but keep their order; names decide only where layers came or went.
    private static T? Partner<T>(IReadOnlyList<T> candidates, Func<T, (string Name, long Weights)> describe, LayerReport[] layers,
        int index)
        where T : class
        => candidates.Select(item => describe(item).Weights).SequenceEqual(layers.Select(layer => layer.Weights))
            ? candidates[index] : candidates.FirstOrDefault(item => describe(item).Name == layers[index].Name);

    private static string[] Classes(CompressionResult result)
        => result.Before.Labels.Count == result.ConfusionBefore.Count ? result.Before.Labels.ToArray() : [];

    private static string Version()
    {
        Assembly assembly = typeof(ModelCompiler).Assembly;
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        int build = version.IndexOf('+', StringComparison.Ordinal);
        return build < 0 ? version : version[..build];
    }

    // Every weight of a layer is used equally often.
    private static long NonZero(LayerReport layer) => layer.Weights == 0 ? layer.MultiplyAccumulates
        : layer.DenseMultiplyAccumulates / layer.Weights * layer.NonZeroWeights;
}
