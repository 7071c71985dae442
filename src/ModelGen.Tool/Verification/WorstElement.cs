namespace ModelGen.Tool.Verification;

/// <summary>The element with the largest difference.</summary>
/// <param name="Sample">Number of the sample, from 0.</param>
/// <param name="Index">Number of the element in the sample, from 0.</param>
/// <param name="Actual">What the model gave.</param>
/// <param name="Expected">What was expected.</param>
internal sealed record WorstElement(int Sample, int Index, double Actual, double Expected);
