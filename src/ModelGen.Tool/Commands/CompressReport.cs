using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Report;

namespace ModelGen.Tool.Commands;

/// <summary>What <c>modelgen compress --json</c> writes.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Command">The command line.</param>
/// <param name="Version">Version of ModelGen.</param>
/// <param name="Seed">Seed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Epochs">Epochs of fine-tuning.</param>
/// <param name="TrainingSamples">Samples the network was fine-tuned with.</param>
/// <param name="ValidationSamples">Samples every choice was made on.</param>
/// <param name="Weights">Weights of the original.</param>
/// <param name="NonZeroWeights">Weights of the result that are not zero.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of the original.</param>
/// <param name="MultiplyAccumulatesLeft">Those of the result whose weight is not zero.</param>
/// <param name="Products">Multiplications that the result's kernels carry out, some with zeros.</param>
/// <param name="FloatBytes">Bytes of weights and biases of the original in float32.</param>
/// <param name="WeightBytes">Bytes of weights, biases and tables of the result in the emitted code.</param>
/// <param name="FileBytes">Bytes of the result's file.</param>
/// <param name="ValidationBefore">Points of the original on the validation samples.</param>
/// <param name="ValidationAfter">Points of the compiled result on the validation samples.</param>
/// <param name="TestBefore">Points of the original on the test samples.</param>
/// <param name="TestAfter">Points of the compiled result on the test samples.</param>
/// <param name="MissedTargets">Targets that the result misses, a line each; empty where it meets them all.</param>
/// <param name="Layers">Layers with weights.</param>
/// <param name="Curve">Networks on the way.</param>
/// <param name="Sweep">Densities with bits, measured in passing.</param>
internal sealed record CompressReport(
    string Model, string Command, string Version, int Seed, double Seconds, int Epochs, int TrainingSamples, int ValidationSamples,
    long Weights, long NonZeroWeights, long MultiplyAccumulates, long MultiplyAccumulatesLeft, long Products, long FloatBytes,
    long WeightBytes, long FileBytes, double ValidationBefore, double ValidationAfter, double? TestBefore,
    double? TestAfter, IReadOnlyList<string> MissedTargets, IReadOnlyList<ReportLayer> Layers, IReadOnlyList<CurvePoint> Curve,
    IReadOnlyList<SweepPoint> Sweep)
{
    /// <summary>Version of .NET that it ran on.</summary>
    public required string Runtime { get; init; }

    /// <summary>Largest memory of the process, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>What points measure on the validation samples: accuracy, or agreement with the original network.</summary>
    public required string QualityName { get; init; }

    /// <summary>The same on the test samples; empty without them.</summary>
    public required string TestQualityName { get; init; }

    /// <summary>Samples read once, at the end.</summary>
    public required int TestSamples { get; init; }

    /// <summary>Estimated time of a run of the original, or <see langword="null"/>.</summary>
    public required double? MicrosecondsBefore { get; init; }

    /// <summary>The same of the result.</summary>
    public required double? MicrosecondsAfter { get; init; }

    /// <summary>Estimated energy of a run of the original, or <see langword="null"/>.</summary>
    public required double? MicrojoulesBefore { get; init; }

    /// <summary>The same of the result.</summary>
    public required double? MicrojoulesAfter { get; init; }

    /// <summary>Index in <see cref="Curve"/> of the knee, if there is one.</summary>
    public required int? Knee { get; init; }

    /// <summary>Points that each further halving costs beyond the knee.</summary>
    public required double? PointsPerHalving { get; init; }

    /// <summary>Names of the classes, or empty.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Which samples the confusion matrices count: test or validation; empty without matrices.</summary>
    public required string ConfusionSource { get; init; }

    /// <summary>Counts by true class (row) and answer of the original (column), or empty.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionBefore { get; init; }

    /// <summary>The same of the result.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> ConfusionAfter { get; init; }

    /// <summary>Collects it.</summary>
    /// <param name="result">What compression returned.</param>
    /// <param name="model">The report for people.</param>
    /// <param name="seconds">How long it took.</param>
    public static CompressReport Create(CompressionResult result, ReportModel model, double seconds) => new(
        model.Model, model.Command, model.Version, model.Seed, seconds, model.Epochs, model.TrainingSamples, model.ValidationSamples,
        result.Before.Weights, result.After.NonZeroWeights, result.Before.DenseMultiplyAccumulates, model.After.NonZeroMultiplyAccumulates,
        result.After.Layers.Sum(layer => layer.Products), result.FloatBytes, result.After.WeightBytes, result.File.Length,
        result.ValidationBefore, result.ValidationAfter, result.TestBefore, result.TestAfter, result.MissedTargets,
        model.Layers, result.Curve, result.Sweep)
    {
        Runtime = model.Runtime,
        PeakMemoryBytes = PeakMemory(),
        QualityName = model.QualityName,
        TestQualityName = model.TestQualityName,
        TestSamples = model.TestSamples,
        MicrosecondsBefore = model.Before.Microseconds,
        MicrosecondsAfter = model.After.Microseconds,
        MicrojoulesBefore = model.Before.Microjoules,
        MicrojoulesAfter = model.After.Microjoules,
        Knee = model.Knee,
        PointsPerHalving = model.PointsPerHalving,
        Classes = model.Classes,
        ConfusionSource = model.ConfusionSource,
        ConfusionBefore = model.ConfusionBefore,
        ConfusionAfter = model.ConfusionAfter,
    };

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
