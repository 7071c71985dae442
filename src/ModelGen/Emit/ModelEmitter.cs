using System.Linq;
using ModelGen.Compiler;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>Plan to C#: the class that users call, then the class with the layers.</summary>
internal static class ModelEmitter
{
    /// <summary>Writes the source file.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="report">Its figures.</param>
    /// <param name="resource">The weights as a resource, or <see langword="null"/> to write them as source.</param>
    public static string Emit(Plan plan, ModelReport report, EmbeddedWeights? resource)
    {
        var writer = new CodeWriter();
        HeaderEmitter.Write(writer, plan, report);
        if (plan.Options.Namespace.Length == 0)
        {
            ClassEmitter.Write(writer, plan, report);
        }
        else
        {
            using (writer.Block($"namespace {plan.Options.Namespace}")) ClassEmitter.Write(writer, plan, report);
        }

        writer.Line();
        using (writer.Block($"namespace {LayersClass.Namespace}")) WriteLayers(writer, plan, report, resource);
        return writer.ToString();
    }

    private static void WriteLayers(CodeWriter writer, Plan plan, ModelReport report, EmbeddedWeights? resource)
    {
        var helpers = new HelperSet();
        LayersClass.WriteUsings(writer, plan);
        LayersClass.WriteDeclaration(writer, plan);
        using (writer.Block())
        {
            RunEmitter.WriteSequence(writer, plan, helpers);
            writer.Line();
            InfoEmitter.Write(writer, plan, report);
            foreach (Step step in plan.Steps) LayerEmitter.Write(writer, plan, helpers, step, report.Layers[step.Index - 1]);
            WriteHelpers(writer, helpers);
            Tables.Write(writer, plan, resource);
        }
    }

    private static void WriteHelpers(CodeWriter writer, HelperSet helpers)
    {
        if (!helpers.Helpers.Any()) return;
        writer.Line();
        writer.Line("// ── loops that layers share ".PadRight(112, '─'));
        foreach (Helper helper in helpers.Helpers)
        {
            writer.Line();
            writer.Lines(helper.Text);
        }
    }
}
