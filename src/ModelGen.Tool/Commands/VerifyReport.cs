using System.Collections.Generic;
using ModelGen.Tool.Verification;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen verify</c>; the document of <c>--json</c>.</summary>
/// <param name="Model">Path of the model.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Tolerance">Tolerances.</param>
/// <param name="AllowedMismatches">Elements of an output that may lie outside the tolerance.</param>
/// <param name="Outputs">Comparison of each output that was expected.</param>
/// <param name="Correct">Samples classified as the labels say, with labels.</param>
/// <param name="Accuracy">Their share, 0 to 1.</param>
/// <param name="Passed">Whether every output is within the limits.</param>
internal sealed record VerifyReport(
    string Model, int Samples, Tolerance Tolerance, int AllowedMismatches, IReadOnlyList<OutputComparison> Outputs,
    int? Correct, double? Accuracy, bool Passed);
