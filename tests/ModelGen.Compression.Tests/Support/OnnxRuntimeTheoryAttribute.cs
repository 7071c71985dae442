using System;
using Xunit;

namespace ModelGen.Compression.Tests.Support;

/// <summary>A theory that needs <see cref="OnnxRuntime"/>; skipped with the command that provides it where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute() => Skip = OnnxRuntime.SkipReason;
}
