using System;
using Xunit;

namespace ModelGen.Compression.Tests.Report;

/// <summary>A test that looks at pages in <see cref="Chromium"/>; skipped with the command that provides it where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.SkipReason;
}
