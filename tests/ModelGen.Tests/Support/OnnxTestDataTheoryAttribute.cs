using System;
using Xunit;

namespace ModelGen.Tests.Support;

/// <summary>A theory over <see cref="OnnxTestData"/>; skipped with the command that provides it where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxTestDataTheoryAttribute : TheoryAttribute
{
    public OnnxTestDataTheoryAttribute() => Skip = OnnxTestData.SkipReason;
}
