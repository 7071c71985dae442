using System;
using Xunit;

namespace ModelGen.Conformance;

/// <summary>A theory over the suite; skipped, with the command that provides it, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BackendTheoryAttribute : TheoryAttribute
{
    public BackendTheoryAttribute() => Skip = BackendSuite.SkipReason;
}
