using System.Collections.Generic;

namespace ModelGen.Tool.Commands;

/// <summary>A sample in short.</summary>
/// <param name="Sample">Number of the sample, from 0.</param>
/// <param name="Largest">Its largest elements, largest first.</param>
internal sealed record SampleSummary(int Sample, IReadOnlyList<RankedElement> Largest);
