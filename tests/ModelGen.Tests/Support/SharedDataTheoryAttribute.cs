using System;
using Xunit;

namespace ModelGen.Tests.Support;

/// <summary>A theory that needs <see cref="SharedData"/>; skipped with the reason where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute() => Skip = SharedData.SkipReason;
}
