using System;
using Xunit;

namespace ModelGen.Tests.Support;

/// <summary>A test over <see cref="OnnxTestData"/>; skipped with the command that provides it where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxTestDataFactAttribute : FactAttribute
{
    public OnnxTestDataFactAttribute() => Skip = OnnxTestData.SkipReason;
}
