using System;
using System.IO;
using Xunit;

namespace ModelGen.Tests.Support;

/// <summary>The ONNX backend suite: Debian's libonnx-testdata, or the folder in the environment variable MODELGEN_ONNX_TESTDATA.</summary>
internal static class OnnxTestData
{
    public static string Root => Environment.GetEnvironmentVariable("MODELGEN_ONNX_TESTDATA") is { Length: > 0 } given
        ? given
        : "/usr/share/libonnx-testdata/data";

    public static string Nodes => Path.Combine(Root, "node");

    public static bool IsPresent => Directory.Exists(Nodes);
}

/// <summary>A theory over <see cref="OnnxTestData"/>; skipped with the command that provides it where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxTestDataTheoryAttribute : TheoryAttribute
{
    public OnnxTestDataTheoryAttribute()
        => Skip = OnnxTestData.IsPresent ? null : $"No ONNX test data in '{OnnxTestData.Nodes}': apt-get install libonnx-testdata";
}

/// <summary>A test over <see cref="OnnxTestData"/>; skipped with the command that provides it where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxTestDataFactAttribute : FactAttribute
{
    public OnnxTestDataFactAttribute()
        => Skip = OnnxTestData.IsPresent ? null : $"No ONNX test data in '{OnnxTestData.Nodes}': apt-get install libonnx-testdata";
}
