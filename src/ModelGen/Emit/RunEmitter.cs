using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>The <c>Run</c> methods: typed, raw quantized, untyped; and the sequence of layers behind them.</summary>
internal static class RunEmitter
{
    public static void Write(CodeWriter writer, Plan plan)
    {
        writer.Line();
        WriteTyped(writer, plan, raw: false);
        if (plan.Inputs.Concat(plan.Outputs).Any(port => port.Conversion is not null))
        {
            writer.Line();
            WriteTyped(writer, plan, raw: true);
        }

        writer.Line();
        WriteUntyped(writer, plan);
        writer.Line();
        WriteSequence(writer, plan);
        writer.Line();
        writer.Lines("""
            private static void CheckLength(int actual, int expected, string shape, string name)
            {
                if (actual != expected) throw new ArgumentException($"{name} has {actual} elements; shape {shape} needs {expected}.", name);
            }
            """);
    }

    /// <summary>Offset of a tensor in the buffers of <c>IModel.Run</c>.</summary>
    public static int ByteOffset(IReadOnlyList<Port> ports, Port port)
    {
        int offset = 0;
        foreach (Port other in ports)
        {
            if (other == port) return offset;
            offset = checked((offset + other.Outer.Type.Bytes + 7) / 8 * 8);
        }

        return offset;
    }

    private static void WriteTyped(CodeWriter writer, Plan plan, bool raw)
    {
        writer.Line(raw
            ? "/// <summary>Runs the network once on quantized tensors as they are inside, without conversion. Allocates nothing.</summary>"
            : "/// <summary>Runs the network once. Allocates nothing.</summary>");
        foreach (Port port in plan.Inputs)
        {
            string form = raw && port.Conversion is not null ? $" (scale {Literals.Float(port.Inner.Type.Quantization!.Scale)}, zero point {port.Inner.Type.Quantization.ZeroPoint})" : "";
            writer.Line($"/// <param name=\"{port.Identifier}\">Exactly <see cref=\"{ClassEmitter.LengthName(port)}\"/> values of shape {port.Outer.Shape}, row by row{form}.</param>");
        }

        foreach (Port port in plan.Outputs)
        {
            string form = raw && port.Conversion is not null ? $" (scale {Literals.Float(port.Inner.Type.Quantization!.Scale)}, zero point {port.Inner.Type.Quantization.ZeroPoint})" : "";
            writer.Line($"/// <param name=\"{port.Identifier}\">Receives <see cref=\"{ClassEmitter.LengthName(port)}\"/> values of shape {port.Outer.Shape}, row by row{form}.</param>");
        }

        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A span has another length.</exception>");
        IEnumerable<string> parameters = plan.Inputs.Select(port => $"ReadOnlySpan<{Element(port, raw)}> {port.Identifier}")
            .Concat(plan.Outputs.Select(port => $"Span<{Element(port, raw)}> {port.Identifier}"));
        using (writer.Block($"public void Run({string.Join(", ", parameters)})"))
        {
            foreach (Port port in plan.Inputs.Concat(plan.Outputs))
                writer.Line($"CheckLength({port.Identifier}.Length, {ClassEmitter.LengthName(port)}, \"{port.Outer.Shape}\", nameof({port.Identifier}));");
            writer.Line("Span<byte> workspace = _workspace.Span;");
            foreach (Port port in plan.Inputs.Where(port => !raw && port.Conversion is not null))
            {
                writer.Line($"Span<{port.Inner.Element.Keyword()}> {port.Identifier}Quantized = {View(port.Inner, port.BufferOffset)};");
                writer.Line($"{LayerEmitter.MethodName(port.Conversion!)}({port.Identifier}, {port.Identifier}Quantized);");
            }

            foreach (Port port in plan.Outputs.Where(port => !raw && port.Conversion is not null))
                writer.Line($"Span<{port.Inner.Element.Keyword()}> {port.Identifier}Quantized = {View(port.Inner, port.BufferOffset)};");
            IEnumerable<string> arguments = plan.Inputs.Concat(plan.Outputs).Select(port => raw || port.Conversion is null ? port.Identifier : $"{port.Identifier}Quantized");
            writer.Line($"RunLayers({string.Join(", ", arguments)}, workspace);");
            foreach (Port port in plan.Outputs.Where(port => !raw && port.Conversion is not null))
                writer.Line($"{LayerEmitter.MethodName(port.Conversion!)}({port.Identifier}Quantized, {port.Identifier});");
        }
    }

    private static void WriteUntyped(CodeWriter writer, Plan plan)
    {
        using (writer.Block("void global::ModelGen.IModel.Run(ReadOnlySpan<byte> inputs, Span<byte> outputs)"))
        {
            writer.Line("CheckLength(inputs.Length, Info.InputBytes, \"of all inputs in bytes\", nameof(inputs));");
            writer.Line("CheckLength(outputs.Length, Info.OutputBytes, \"of all outputs in bytes\", nameof(outputs));");
            writer.Line("Run(");
            using (writer.Indent())
            {
                string[] arguments = plan.Inputs.Select(port => Part("inputs", plan.Inputs, port)).Concat(plan.Outputs.Select(port => Part("outputs", plan.Outputs, port))).ToArray();
                for (int i = 0; i < arguments.Length; i++) writer.Line(arguments[i] + (i + 1 < arguments.Length ? "," : ");"));
            }
        }
    }

    private static string Part(string span, IReadOnlyList<Port> ports, Port port) =>
        $"MemoryMarshal.Cast<byte, {port.Outer.Element.Keyword()}>({span}.Slice({ByteOffset(ports, port)}, {port.Outer.Type.Bytes}))";

    private static void WriteSequence(CodeWriter writer, Plan plan)
    {
        IEnumerable<string> parameters = plan.Inputs.Select(port => $"ReadOnlySpan<{port.Inner.Element.Keyword()}> {port.Identifier}")
            .Concat(plan.Outputs.Select(port => $"Span<{port.Inner.Element.Keyword()}> {port.Identifier}"))
            .Append("Span<byte> workspace");
        HashSet<Step> conversions = [.. plan.Inputs.Concat(plan.Outputs).Where(port => port.Conversion is not null).Select(port => port.Conversion!)];
        using (writer.Block($"private static void RunLayers({string.Join(", ", parameters)})"))
        {
            foreach (Step step in plan.Steps.Where(step => !conversions.Contains(step)))
            {
                IEnumerable<string> arguments = step.Operands.Concat(step.Node.Outputs).Select(value => Argument(plan, value));
                if (step.Kernel.ScratchBytes > 0) arguments = arguments.Append(FormattableString.Invariant($"workspace.Slice({plan.Scratch[step]}, {step.Kernel.ScratchBytes})"));
                writer.Line($"{LayerEmitter.MethodName(step)}({string.Join(", ", arguments)});");
            }
        }
    }

    private static string Argument(Plan plan, Value value)
    {
        Location location = plan.Locations[value];
        return location.Kind switch
        {
            LocationKind.Input => plan.Inputs[location.Index].Identifier,
            LocationKind.Output => plan.Outputs[location.Index].Identifier,
            _ => View(value, location.Offset),
        };
    }

    private static string View(Value value, int offset) => FormattableString.Invariant($"View<{value.Element.Keyword()}>(workspace, {offset}, {value.Shape.Count})");

    private static string Element(Port port, bool raw) => (raw ? port.Inner : port.Outer).Element.Keyword();
}
