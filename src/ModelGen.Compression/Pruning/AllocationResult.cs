using System.Collections.Generic;

namespace ModelGen.Compression.Pruning;

/// <summary>Which units stay.</summary>
/// <param name="Keep">For each layer, for each unit, whether it stays.</param>
/// <param name="Cost">Cost of what stays.</param>
/// <param name="LostScore">Sum of the scores of what goes.</param>
/// <param name="ReachesTarget">The cost is within the target; false only where the protected units alone are above it.</param>
internal sealed record AllocationResult(IReadOnlyList<bool[]> Keep, double Cost, double LostScore, bool ReachesTarget);
