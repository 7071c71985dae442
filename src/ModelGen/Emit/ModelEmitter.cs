using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Emit.Kernels;
using ModelGen.Graph;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>Plan to C#: one class, layer by layer.</summary>
internal static class ModelEmitter
{
    public static string Emit(Plan plan, ModelReport report)
    {
        var writer = new CodeWriter();
        var helpers = new HelperSet();
        HeaderEmitter.Write(writer, plan, report);
        HeaderEmitter.WriteUsings(writer, plan);
        if (plan.Options.Namespace.Length == 0)
        {
            WriteClass(writer, plan, report, helpers);
        }
        else
        {
            using (writer.Block($"namespace {plan.Options.Namespace}")) WriteClass(writer, plan, report, helpers);
        }

        return writer.ToString();
    }

    private static void WriteClass(CodeWriter writer, Plan plan, ModelReport report, HelperSet helpers)
    {
        ClassEmitter.WriteDeclaration(writer, plan, report);
        using (writer.Block())
        {
            ClassEmitter.WriteMembers(writer, plan, report);
            RunEmitter.Write(writer, plan);
            foreach (Step step in plan.Steps) LayerEmitter.Write(writer, plan, helpers, step, report.Layers[step.Index - 1]);
            WriteHelpers(writer, helpers);
            Tables.Write(writer, plan);
        }
    }

    private static void WriteHelpers(CodeWriter writer, HelperSet helpers)
    {
        writer.Line();
        writer.Line("// ── loops that layers share ".PadRight(112, '─'));
        writer.Line();
        writer.Lines("""
            private static Span<T> View<T>(Span<byte> memory, int offset, int length)
                where T : struct => MemoryMarshal.Cast<byte, T>(memory.Slice(offset)).Slice(0, length);
            """);
        foreach (Helper helper in helpers.Helpers)
        {
            writer.Line();
            writer.Lines(helper.Text);
        }
    }
}
