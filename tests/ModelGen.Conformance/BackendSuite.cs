using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Import.Onnx;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Conformance;

/// <summary>
/// The test cases of the ONNX project: Debian's libonnx-testdata, or the folder that the environment variable MODELGEN_ONNX_TESTDATA names.
/// </summary>
internal static class BackendSuite
{
    /// <summary>Cases that say nothing about a compiler for fixed shapes, with the reason.</summary>
    private static readonly Dictionary<string, string> Excluded = new(StringComparer.Ordinal)
    {
        ["node/test_castlike_BFLOAT16_to_FLOAT"] = "the data of \"like\" has another shape than the model declares",
        ["node/test_castlike_BFLOAT16_to_FLOAT_expanded"] = "the data of \"like\" has another shape than the model declares",
        ["node/test_castlike_FLOAT_to_BFLOAT16"] = "the data of \"like\" has another shape than the model declares",
        ["node/test_castlike_FLOAT_to_BFLOAT16_expanded"] = "the data of \"like\" has another shape than the model declares",
        ["node/test_triu_zero"] = "an input without elements; a dimension of 0 is taken as open",
        ["node/test_reshape_allowzero_reordered"] = "an input without elements; a dimension of 0 is taken as open",
        ["node/test_split_zero_size_splits"] = "an input without elements; a dimension of 0 is taken as open",
        ["node/test_tril_zero"] = "an input without elements; a dimension of 0 is taken as open",
    };

    private static readonly string[] Groups = ["node", "simple", "pytorch-operator", "pytorch-converted"];

    /// <summary>Folder of the suite; its sub-folders are groups of cases.</summary>
    public static string Root => Environment.GetEnvironmentVariable("MODELGEN_ONNX_TESTDATA") is { Length: > 0 } given
        ? given
        : "/usr/share/libonnx-testdata/data";

    /// <summary>Why the tests cannot run here, or <see langword="null"/>.</summary>
    public static string? SkipReason => Directory.Exists(Path.Combine(Root, "node"))
        ? null
        : $"no ONNX test data in \"{Root}\"; run: apt-get install libonnx-testdata (or set MODELGEN_ONNX_TESTDATA)";

    /// <summary>Names of all cases that use supported operators only, as <c>group/case</c>, sorted.</summary>
    public static IReadOnlyList<string> Names()
    {
        var supported = new HashSet<string>(OperatorRegistry.SupportedOperators, StringComparer.Ordinal);
        return Groups.Where(group => Directory.Exists(Path.Combine(Root, group)))
            .SelectMany(group => Directory.GetDirectories(Path.Combine(Root, group)))
            .Where(folder => UsesOnly(folder, supported))
            .Select(folder => Path.GetRelativePath(Root, folder).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(name => !Excluded.ContainsKey(name))
            .Order(StringComparer.Ordinal).ToArray();
    }

    private static bool UsesOnly(string folder, HashSet<string> supported)
    {
        string file = Path.Combine(folder, "model.onnx");
        if (!File.Exists(file) || !Directory.Exists(Path.Combine(folder, "test_data_set_0"))) return false;
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        return model.Graph.Node.All(node => node.Domain is "" or "ai.onnx" && supported.Contains(node.OpType));
    }
}
