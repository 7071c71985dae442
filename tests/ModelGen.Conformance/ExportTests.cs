using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Passes;
using Xunit;

namespace ModelGen.Conformance;

/// <summary>
/// Every case of the suite that compiles, read, simplified and written as ONNX again: the written model passes too, so export loses
/// nothing that import knows.
/// </summary>
public sealed class ExportTests
{
    public static TheoryData<string, bool> Forms() => new()
    {
        { nameof(CaseForm.AsGiven), false },
        { nameof(CaseForm.FirstInput), false },
        { nameof(CaseForm.FirstInput), true },
    };

    /// <param name="form">Which inputs stay inputs.</param>
    /// <param name="simplify">Whether the passes that precede compression run in between.</param>
    [BackendTheory]
    [MemberData(nameof(Forms))]
    public void AWrittenCasePassesToo(string form, bool simplify)
    {
        CaseForm parsed = Enum.Parse<CaseForm>(form);
        IReadOnlyDictionary<string, string> refused = ExpectedRefusals.Read();
        string[] names = BackendSuite.Names()
            .Where(name => BackendCase.Has(name, parsed) && !refused.ContainsKey(ExpectedRefusals.Key(name, parsed))).ToArray();
        IReadOnlyDictionary<string, CaseOutcome> outcomes = SuiteRun.Run(names, parsed, Profile.Modern, file => Rewrite(file, simplify));
        string[] problems = outcomes.Where(entry => entry.Value.Result != CaseResult.Passed)
            .Select(entry => $"{entry.Key}: {entry.Value.Result} {entry.Value.Detail}").Order(StringComparer.Ordinal).ToArray();
        Assert.True(problems.Length == 0, $"{problems.Length} of {names.Length}:\n{string.Join("\n", problems)}");
        Assert.InRange(names.Length, 300, int.MaxValue);
    }

    private static byte[] Rewrite(byte[] file, bool simplify)
    {
        ModelGraph graph = OnnxImporter.Import(file, new CompileOptions());
        if (simplify)
        {
            graph = EliminateCommonSubexpressions.Run(graph);
            graph = SimplifyMovement.Run(graph);
            graph = AbsorbPadding.Run(graph);
            graph = FoldScaleAndShift.Run(graph);
        }

        byte[] written = OnnxExporter.Export(graph, new ExportOptions());
        Assert.Equal(written, OnnxExporter.Export(graph, new ExportOptions()));
        return written;
    }
}
