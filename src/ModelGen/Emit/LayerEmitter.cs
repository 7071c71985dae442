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
    private const string AllSamples = "Samples";

    /// <summary>Name of the method of a layer.</summary>
    public static string MethodName(Step step) =>
        FormattableString.Invariant($"Layer{step.Index:00}{IdentifierAllocator.Pascal(step.Node.Operator.Kind)}");

    public static void Write(CodeWriter writer, Plan plan, HelperSet helpers, Step step, LayerReport report)
    {
        writer.Line();
        writer.Line(FormattableString.Invariant($"// ── {step.Index}  {report.Operation}  \"{Name(step)}\" ").PadRight(112, '─'));
        string activation = step.Node.Operator.Activation.ToString();
        writer.Line($"// {report.Shape}{(activation.Length > 0 ? $", {activation} fused" : "")}{Requantized(step.Node)}.");
        if (report.Weights > 0)
        {
            string skipped = report.MultiplyAccumulates < report.DenseMultiplyAccumulates
                ? $" instead of {Literals.Grouped(report.DenseMultiplyAccumulates)}" : "";
            RemovedChannels? removed = step.Node.Operator.Removed;
            string left = removed is null ? "non-zero" : "left and non-zero";
            writer.Line($"// {Literals.Grouped(report.NonZeroWeights)} of {Literals.Grouped(report.Weights)} weights are {left}; {Literals.Grouped(report.MultiplyAccumulates)} multiply-accumulates{skipped}; "
                + $"{Literals.Grouped(report.WeightBytes)} bytes of weights and tables.");
            if (step.Kernel.Packing.Length > 0)
            {
                double share = 100.0 * report.NonZeroWeights / (report.Weights - (removed?.Weights ?? 0));
                writer.Line(FormattableString.Invariant(
                    $"// Packed: {step.Kernel.Cost.Bits.Describe()}, {share:0.#} % non-zero, {step.Kernel.Packing}."));
            }
        }

        string reason = report.Reason.Length > 0 ? $": {report.Reason}" : "";
        string scratch = report.ScratchBytes > 0 ? $" Scratch: {Literals.Grouped(report.ScratchBytes)} bytes." : "";
        writer.Line($"// Kernel \"{report.Kernel}\"{reason}.{scratch}");
        string suffix = step.Kernel.Samples > 1 ? AllSamples : "";
        IEnumerable<string> parameters = step.Operands.Select((operand, i) =>
            $"ReadOnlySpan<{operand.Element.Keyword()}> {LayerScope.OperandName(i, step.Operands.Count)}{suffix}")
            .Concat(step.Node.Outputs.Select((output, i) =>
                $"Span<{output.Element.Keyword()}> {LayerScope.ResultName(i, step.Node.Outputs.Count)}{suffix}"));
        if (step.Kernel.ScratchBytes > 0) parameters = parameters.Append("Span<byte> scratch");
        if (step.Kernel.KeptBytes > 0) parameters = parameters.Append("Span<byte> kept");
        if (plan.Options.Profile == Profile.Modern) writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        using (writer.Block($"private static void {MethodName(step)}({string.Join(", ", parameters)})"))
        {
            var scope = new LayerScope(plan, writer, helpers, step);
            ExpansionEmitter.Emit(step.Kernel.Expansions, scope);
            if (step.Kernel.Samples == 1) KernelEmitter.Emit(step.Kernel, scope);
            else WriteSamples(writer, scope);
        }
    }

    // Kernels know one sample only; more of them are a loop around.
    private static void WriteSamples(CodeWriter writer, LayerScope scope)
    {
        Step step = scope.Step;
        int samples = step.Kernel.Samples;
        using (writer.Block($"for (int sample = 0; sample < {samples}; sample++)"))
        {
            for (int i = 0; i < step.Operands.Count; i++) WritePart(writer, "ReadOnlySpan", step.Operands[i], scope.Operand(i), samples);
            for (int i = 0; i < step.Node.Outputs.Count; i++) WritePart(writer, "Span", step.Node.Outputs[i], scope.Result(i), samples);
            KernelEmitter.Emit(step.Kernel, scope);
        }
    }

    private static void WritePart(CodeWriter writer, string span, Value value, string name, int samples)
    {
        int size = value.Shape.Count / samples;
        writer.Line($"{span}<{value.Element.Keyword()}> {name} = {name}{AllSamples}.Slice(sample * {size}, {size});");
    }

    private static string Name(Step step)
    {
        string name = Literals.Comment(step.Node.Name);
        return name.Length <= 70 ? name : name.Substring(0, 67) + "...";
    }

    private static string Requantized(Node node) => node.Operator.Result is { } result
        ? FormattableString.Invariant(
            $", requantized to {result.Element.ToString().ToLowerInvariant()} with scale {result.Quantization.Scale} and zero point {result.Quantization.ZeroPoint}")
        : "";
}
