using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Emit.Kernels;
using ModelGen.Graph;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>One layer: a banner that says what, how much, which kernel and why, and its method.</summary>
internal static class LayerEmitter
{
    /// <summary>Name of the method of a layer.</summary>
    public static string MethodName(Step step) => FormattableString.Invariant($"Layer{step.Index:00}{IdentifierAllocator.Pascal(step.Node.Operator.Kind)}");

    public static void Write(CodeWriter writer, Plan plan, HelperSet helpers, Step step, LayerReport report)
    {
        writer.Line();
        writer.Line(FormattableString.Invariant($"// ── {step.Index}  {report.Operation}  \"{Name(step)}\" ").PadRight(112, '─'));
        string activation = step.Node.Operator.Activation.ToString();
        writer.Line($"// {report.Shape}{(activation.Length > 0 ? $", {activation} fused" : "")}{Requantized(step.Node)}.");
        if (report.Weights > 0)
        {
            string skipped = report.MultiplyAccumulates < report.DenseMultiplyAccumulates ? $" instead of {Literals.Grouped(report.DenseMultiplyAccumulates)}" : "";
            writer.Line($"// {Literals.Grouped(report.NonZeroWeights)} of {Literals.Grouped(report.Weights)} weights are non-zero; {Literals.Grouped(report.MultiplyAccumulates)} multiply-accumulates{skipped}; "
                + $"{Literals.Grouped(report.WeightBytes)} bytes of weights and tables.");
        }

        string reason = report.Reason.Length > 0 ? $": {report.Reason}" : "";
        string scratch = report.ScratchBytes > 0 ? $" Scratch: {Literals.Grouped(report.ScratchBytes)} bytes." : "";
        writer.Line($"// Kernel \"{report.Kernel}\"{reason}.{scratch}");
        IEnumerable<string> parameters = step.Operands.Select((operand, i) => $"ReadOnlySpan<{operand.Element.Keyword()}> {LayerScope.OperandName(i, step.Operands.Count)}")
            .Concat(step.Node.Outputs.Select((output, i) => $"Span<{output.Element.Keyword()}> {LayerScope.ResultName(i, step.Node.Outputs.Count)}"));
        if (step.Kernel.ScratchBytes > 0) parameters = parameters.Append("Span<byte> scratch");
        if (plan.Options.Profile == Profile.Modern) writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (writer.Block($"private static void {MethodName(step)}({string.Join(", ", parameters)})"))
            KernelEmitter.Emit(step.Kernel, new LayerScope(plan, writer, helpers, step));
    }

    private static string Name(Step step)
    {
        string name = Literals.Comment(step.Node.Name);
        return name.Length <= 70 ? name : name.Substring(0, 67) + "...";
    }

    private static string Requantized(Node node) => node.Operator.Result is { } result
        ? FormattableString.Invariant($", requantized to {result.Element.ToString().ToLowerInvariant()} with scale {result.Quantization.Scale} and zero point {result.Quantization.ZeroPoint}")
        : "";
}
