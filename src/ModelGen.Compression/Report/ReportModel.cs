using System;
using System.Collections.Generic;
using ModelGen.Compression.Pipeline;

namespace ModelGen.Compression.Report;

/// <summary>Everything that a report shows; made from a <see cref="CompressionResult"/> and the command line.</summary>
/// <param name="Model">Name of the model file.</param>
/// <param name="Command">The command line.</param>
/// <param name="Version">Version of ModelGen.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Epochs">Epochs of fine-tuning.</param>
/// <param name="TrainingSamples">Samples the network was fine-tuned with.</param>
/// <param name="ValidationSamples">Samples every choice was made on.</param>
/// <param name="TestSamples">Samples read once for the report; 0 for none.</param>
/// <param name="QualityName">What points measure on the validation samples: accuracy, or agreement with the original network.</param>
/// <param name="TestQualityName">The same on the test samples, whose labels may be missing; empty without them.</param>
/// <param name="Before">The original network.</param>
/// <param name="After">The compressed network.</param>
/// <param name="Curve">Networks on the way, large to small; the last is the result.</param>
/// <param name="Knee">Index in <paramref name="Curve"/> of the knee, or <see langword="null"/>.</param>
/// <param name="PointsPerHalving">Points that each further halving costs beyond the knee, or <see langword="null"/>.</param>
/// <param name="Layers">Layers with weights.</param>
/// <param name="Classes">Names of the classes, or empty.</param>
/// <param name="ConfusionSource">Which samples the confusion matrices count: test or validation; empty without matrices.</param>
/// <param name="ConfusionBefore">Counts by true class (row) and answer of the original (column), or empty; test samples if there are any,
/// else validation.</param>
/// <param name="ConfusionAfter">The same of the compressed network.</param>
internal sealed record ReportModel(
    string Model, string Command, string Version, int Seed, int Epochs, int TrainingSamples, int ValidationSamples, int TestSamples,
    string QualityName, string TestQualityName, ReportTotals Before, ReportTotals After, IReadOnlyList<CurvePoint> Curve, int? Knee,
    double? PointsPerHalving, IReadOnlyList<ReportLayer> Layers, IReadOnlyList<string> Classes, string ConfusionSource,
    IReadOnlyList<IReadOnlyList<int>> ConfusionBefore, IReadOnlyList<IReadOnlyList<int>> ConfusionAfter)
{
    /// <summary>Version of .NET that it ran on.</summary>
    public string Runtime { get; init; } = Environment.Version.ToString();

    /// <summary>Targets that the result misses, a line each; empty where it meets them all.</summary>
    public IReadOnlyList<string> MissedTargets { get; init; } = [];

    /// <summary>Densities with bits, measured in passing; empty without fine-tuning.</summary>
    public IReadOnlyList<SweepPoint> Sweep { get; init; } = [];
}
