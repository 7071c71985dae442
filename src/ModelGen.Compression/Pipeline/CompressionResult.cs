using System.Collections.Generic;
using ModelGen.Compiler;

namespace ModelGen.Compression.Pipeline;

/// <summary>A compressed network and what it cost.</summary>
internal sealed record CompressionResult
{
    /// <summary>The ONNX file.</summary>
    public required byte[] File { get; init; }

    /// <summary>What the compiler makes of the original, smallest code.</summary>
    public required ModelReport Before { get; init; }

    /// <summary>What the compiler makes of the result, smallest code.</summary>
    public required ModelReport After { get; init; }

    /// <summary>Bytes of weights and biases of the original in float32.</summary>
    public required long FloatBytes { get; init; }

    /// <summary>Quality of the original on the validation samples.</summary>
    public required double ValidationBefore { get; init; }

    /// <summary>Quality of the compiled result on the validation samples.</summary>
    public required double ValidationAfter { get; init; }

    /// <summary>Quality of the original on the test samples, if there are any.</summary>
    public double? TestBefore { get; init; }

    /// <summary>Quality of the compiled result on the test samples, if there are any.</summary>
    public double? TestAfter { get; init; }

    /// <summary>Targets that the compiled result misses, a line each; empty where it meets them all.</summary>
    public IReadOnlyList<string> MissedTargets { get; init; } = [];

    /// <summary>Networks on the way.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>Densities with bits, measured in passing; empty without fine-tuning.</summary>
    public IReadOnlyList<SweepPoint> Sweep { get; init; } = [];

    /// <summary>Epochs of fine-tuning.</summary>
    public required int Epochs { get; init; }

    /// <summary>What points measure on the validation samples, for example accuracy.</summary>
    public required string QualityName { get; init; }

    /// <summary>What points measure on the test samples; empty without them.</summary>
    public string TestQualityName { get; init; } = "";

    /// <summary>Layers with weights.</summary>
    public required IReadOnlyList<LayerOutcome> Layers { get; init; }

    /// <summary>Which samples the confusion matrices count: <c>test</c>, else <c>validation</c>; empty where neither has labels.</summary>
    public string ConfusionSource { get; init; } = "";

    /// <summary>Counts by true class (row) and answer of the original (column), or empty.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ConfusionBefore { get; init; } = [];

    /// <summary>The same of the compiled result.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ConfusionAfter { get; init; } = [];
}
