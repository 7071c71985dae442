using System;
using Xunit;

namespace ModelGen.Tests.Support;

/// <summary>A test that needs <see cref="SharedData"/>; skipped with the reason where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute() => Skip = SharedData.SkipReason;
}
