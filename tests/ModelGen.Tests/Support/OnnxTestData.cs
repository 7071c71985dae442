using System;
using System.Collections.Generic;
using System.IO;

namespace ModelGen.Tests.Support;

/// <summary>The ONNX backend suite: Debian's libonnx-testdata, or the folder in the environment variable MODELGEN_ONNX_TESTDATA.</summary>
internal static class OnnxTestData
{
    public static string Root => Environment.GetEnvironmentVariable("MODELGEN_ONNX_TESTDATA") is { Length: > 0 } given
        ? given
        : "/usr/share/libonnx-testdata/data";

    /// <summary>The folders of small cases: single operators, and what PyTorch once exported.</summary>
    public static IReadOnlyList<string> Suites { get; } = ["node", "pytorch-converted", "pytorch-operator", "simple"];

    public static bool IsPresent => Directory.Exists(Path.Combine(Root, "node"));

    /// <summary>Reason to skip a test, or null.</summary>
    public static string? SkipReason => IsPresent ? null : $"No ONNX test data in '{Root}': apt-get install libonnx-testdata";
}
