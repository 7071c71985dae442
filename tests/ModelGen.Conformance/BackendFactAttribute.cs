using System;
using Xunit;

namespace ModelGen.Conformance;

/// <summary>A test over the suite; skipped, with the command that provides it, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BackendFactAttribute : FactAttribute
{
    public BackendFactAttribute() => Skip = BackendSuite.SkipReason;
}
