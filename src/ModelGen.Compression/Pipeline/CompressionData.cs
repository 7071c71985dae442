using ModelGen.Compression.Data;

namespace ModelGen.Compression.Pipeline;

/// <summary>Samples for the parts of compression.</summary>
/// <param name="Training">What ranges are measured on and the network is fine-tuned with.</param>
/// <param name="Validation">What every choice is made on; disjoint from the others.</param>
/// <param name="Test">Read once, at the end, for the report; or <see langword="null"/>.</param>
internal sealed record CompressionData(SampleSet Training, SampleSet Validation, SampleSet? Test)
{
    /// <summary>Whether any samples have labels: then the network classifies.</summary>
    public bool HasLabels => (Training.Labels ?? Validation.Labels ?? Test?.Labels) is not null;
}
