using System.Collections.Generic;

namespace ModelGen.Tool.Commands;

/// <summary>An output in short.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions, samples first when there are several.</param>
/// <param name="Minimum">Smallest value.</param>
/// <param name="Maximum">Largest value.</param>
/// <param name="Mean">Mean of all values.</param>
/// <param name="First">The largest elements of the first samples.</param>
internal sealed record OutputSummary(
    string Name, string Type, IReadOnlyList<int> Shape, double Minimum, double Maximum, double Mean, IReadOnlyList<SampleSummary> First);
