namespace ModelGen.Tool.Verification;

/// <summary>How an output of a model differs from what was expected.</summary>
/// <param name="Name">Name of the output.</param>
/// <param name="Elements">Number of elements of all samples.</param>
/// <param name="MaximumAbsoluteDifference">Largest |actual - expected|; NaN when one of two is NaN.</param>
/// <param name="MaximumRelativeDifference">Largest |actual - expected| / |expected| where the expected value is not 0.</param>
/// <param name="MaximumSteps">Largest difference in quantization steps, where the output is quantized.</param>
/// <param name="Mismatches">Elements outside the tolerance.</param>
/// <param name="Identical">Elements that are exactly equal.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="TopOneAgreements">Samples whose largest element is at the same place.</param>
/// <param name="Worst">The element with the largest difference, or <see langword="null"/> when there is none.</param>
internal sealed record OutputComparison(
    string Name, int Elements, double MaximumAbsoluteDifference, double MaximumRelativeDifference, double? MaximumSteps,
    int Mismatches, int Identical, int Samples, int TopOneAgreements, WorstElement? Worst);
