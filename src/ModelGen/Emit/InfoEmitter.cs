using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>What the class says about the model, made when it is first asked for.</summary>
internal static class InfoEmitter
{
    public static void Write(CodeWriter writer, Plan plan, ModelReport report)
    {
        using (writer.Block("internal static class Facts"))
        {
            writer.Line("internal static readonly global::ModelGen.ModelInfo Info = new global::ModelGen.ModelInfo(");
            using (writer.Indent())
            {
                writer.Line($"name: {Literals.Text(report.FileName)},");
                writer.Line($"sourceHash: {Literals.Text(report.SourceHash)},");
                WritePorts(writer, "inputs", plan.Inputs);
                WritePorts(writer, "outputs", plan.Outputs);
                string labels = report.Labels.Count == 0
                    ? "new string[0]" : $"new string[] {{ {string.Join(", ", report.Labels.Select(Literals.Text))} }}";
                writer.Line($"labels: {labels},");
                writer.Line($"multiplyAccumulates: {report.MultiplyAccumulates},");
                writer.Line($"denseMultiplyAccumulates: {report.DenseMultiplyAccumulates},");
                writer.Line($"weights: {report.Weights},");
                writer.Line($"nonZeroWeights: {report.NonZeroWeights},");
                writer.Line($"fileBytes: {report.FileBytes},");
                writer.Line($"weightBytes: {report.WeightBytes},");
                writer.Line($"workspaceBytes: {ClassEmitter.QualifiedName(plan)}.WorkspaceBytes);");
            }
        }
    }

    private static void WritePorts(CodeWriter writer, string parameter, IReadOnlyList<Port> ports)
    {
        writer.Line($"{parameter}: new global::ModelGen.TensorInfo[]");
        writer.Line("{");
        foreach (Port port in ports)
        {
            string shape = port.Outer.Shape.Rank == 0 ? "new int[0]" : $"new int[] {{ {string.Join(", ", port.Outer.Shape.Dimensions)} }}";
            string raw = port.Conversion is null ? "null" : $"global::ModelGen.TensorElementType.{port.Inner.Element}";
            string quantized = port.Quantization is { } q ? $", {raw}, {Literals.Float(q.Scale)}, {q.ZeroPoint}" : "";
            writer.Line($"    new global::ModelGen.TensorInfo({Literals.Text(port.Name)}, global::ModelGen.TensorElementType.{port.Outer.Element}, {shape}, {RunEmitter.ByteOffset(ports, port)}{quantized}),");
        }

        writer.Line("},");
    }
}
