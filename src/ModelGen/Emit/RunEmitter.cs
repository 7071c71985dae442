using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>The <c>Run</c> methods: typed, raw quantized, untyped; and the sequence of layers that they run.</summary>
internal static class RunEmitter
{
    /// <summary>The public methods.</summary>
    public static void WriteMethods(CodeWriter writer, Plan plan)
    {
        WriteTyped(writer, plan, raw: false);
        if (HasConversions(plan))
        {
            writer.Line();
            WriteTyped(writer, plan, raw: true);
        }

        writer.Line();
        WriteUntyped(writer, plan);
    }

    /// <summary>The layers in their order, with the tensors at their places in the workspace.</summary>
    public static void WriteSequence(CodeWriter writer, Plan plan, HelperSet helpers)
    {
        if (HasConversions(plan))
        {
            WriteConverted(writer, plan, helpers);
            writer.Line();
        }

        WriteSteps(writer, plan, helpers);
        writer.Line();
        writer.Lines("""
            internal static void CheckLength(int actual, int expected, string shape, string name)
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
        foreach (Port port in plan.Inputs) WriteParameterDocs(writer, port, "Exactly", raw);
        foreach (Port port in plan.Outputs) WriteParameterDocs(writer, port, "Receives", raw);
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">A span has another length.</exception>");
        using (writer.Block($"public void Run({Parameters(plan, raw, "global::System.")})"))
        {
            string layers = LayersClass.QualifiedName(plan);
            foreach (Port port in plan.Inputs.Concat(plan.Outputs))
            {
                string arguments = $"{port.Identifier}.Length, {ClassEmitter.LengthName(port)}, \"{port.Outer.Shape}\", nameof({port.Identifier})";
                writer.Line($"{layers}.CheckLength({arguments});");
            }

            writer.Line($"{layers}.Run({string.Join(", ", plan.Inputs.Concat(plan.Outputs).Select(port => port.Identifier))}, _workspace.Span);");
        }
    }

    private static void WriteParameterDocs(CodeWriter writer, Port port, string verb, bool raw)
    {
        string form = raw && port.Conversion is not null
            ? $" (scale {Literals.Float(port.Inner.Type.Quantization!.Scale)}, zero point {port.Inner.Type.Quantization.ZeroPoint})"
            : "";
        string values = $"<see cref=\"{ClassEmitter.LengthName(port)}\"/> values of shape {port.Outer.Shape}, row by row{form}";
        writer.Line($"/// <param name=\"{port.Identifier}\">{verb} {values}.</param>");
    }

    private static void WriteUntyped(CodeWriter writer, Plan plan)
    {
        using (writer.Block("void global::ModelGen.IModel.Run(global::System.ReadOnlySpan<byte> inputs, global::System.Span<byte> outputs)"))
        {
            string layers = LayersClass.QualifiedName(plan);
            writer.Line($"{layers}.CheckLength(inputs.Length, Info.InputBytes, \"of all inputs in bytes\", nameof(inputs));");
            writer.Line($"{layers}.CheckLength(outputs.Length, Info.OutputBytes, \"of all outputs in bytes\", nameof(outputs));");
            writer.Line("Run(");
            using (writer.Indent())
            {
                string[] arguments = plan.Inputs.Select(port =>
                    Part("inputs", plan.Inputs, port)).Concat(plan.Outputs.Select(port => Part("outputs", plan.Outputs, port))).ToArray();
                for (int i = 0; i < arguments.Length; i++) writer.Line(arguments[i] + (i + 1 < arguments.Length ? "," : ");"));
            }
        }
    }

    private static string Part(string span, IReadOnlyList<Port> ports, Port port) =>
        $"global::System.Runtime.InteropServices.MemoryMarshal.Cast<byte, {port.Outer.Element.Keyword()}>({span}.Slice({ByteOffset(ports, port)}, {port.Outer.Type.Bytes}))";

    // The form with float32 tensors outside of a quantized network: conversions around the integer form.
    private static void WriteConverted(CodeWriter writer, Plan plan, HelperSet helpers)
    {
        WriteOptimization(writer, plan);
        using (writer.Block($"internal static void Run({Parameters(plan, raw: false)}, Span<byte> workspace)"))
        {
            Port[] ports = [.. plan.Inputs, .. plan.Outputs];
            foreach (Port port in ports.Where(port => port.Conversion is not null))
                writer.Line($"Span<{port.Inner.Element.Keyword()}> {Inside(ports, port)} = {View(port.Inner, port.BufferOffset, helpers)};");
            foreach (Port port in plan.Inputs.Where(port => port.Conversion is not null))
                writer.Line($"{LayerEmitter.MethodName(port.Conversion!)}({port.Identifier}, {Inside(ports, port)});");
            IEnumerable<string> arguments = ports.Select(port => port.Conversion is null ? port.Identifier : Inside(ports, port));
            writer.Line($"Run({string.Join(", ", arguments)}, workspace);");
            foreach (Port port in plan.Outputs.Where(port => port.Conversion is not null))
                writer.Line($"{LayerEmitter.MethodName(port.Conversion!)}({Inside(ports, port)}, {port.Identifier});");
        }
    }

    // A port may have the very name.
    private static string Inside(Port[] ports, Port port)
    {
        string name = port.Identifier.TrimStart('@') + "Quantized";
        while (ports.Any(other => other.Identifier == name)) name += "_";
        return name;
    }

    private static void WriteSteps(CodeWriter writer, Plan plan, HelperSet helpers)
    {
        HashSet<Step> conversions = [.. plan.Inputs.Concat(plan.Outputs).Where(port => port.Conversion is not null).Select(port =>
            port.Conversion!)];
        WriteOptimization(writer, plan);
        using (writer.Block($"internal static void Run({Parameters(plan, raw: true)}, Span<byte> workspace)"))
        {
            foreach (Step step in plan.Steps.Where(step => !conversions.Contains(step)))
            {
                IEnumerable<string> arguments = step.Operands.Concat(step.Node.Outputs).Select(value => Argument(plan, value, helpers));
                if (step.Kernel.ScratchBytes > 0)
                    arguments = arguments.Append(FormattableString.Invariant(
                        $"workspace.Slice({plan.Scratch[step]}, {step.Kernel.ScratchBytes})"));
                if (step.Kernel.KeptBytes > 0)
                    arguments = arguments.Append(FormattableString.Invariant($"workspace.Slice({plan.Kept[step]}, {step.Kernel.KeptBytes})"));
                writer.Line($"{LayerEmitter.MethodName(step)}({string.Join(", ", arguments)});");
            }
        }
    }

    // Without it the first runs call several methods for each view of the workspace.
    private static void WriteOptimization(CodeWriter writer, Plan plan)
    {
        if (plan.Options.Profile == Profile.Modern) writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
    }

    private static string Argument(Plan plan, Value value, HelperSet helpers)
    {
        Location location = plan.Locations[value];
        return location.Kind switch
        {
            LocationKind.Input => plan.Inputs[location.Index].Identifier,
            LocationKind.Output => plan.Outputs[location.Index].Identifier,
            _ => View(value, location.Offset, helpers),
        };
    }

    private static string View(Value value, int offset, HelperSet helpers)
    {
        helpers.Use(Helper.View);
        return FormattableString.Invariant($"{Helper.View.Name}<{value.Element.Keyword()}>(workspace, {offset}, {value.Shape.Count})");
    }

    private static bool HasConversions(Plan plan) => plan.Inputs.Concat(plan.Outputs).Any(port => port.Conversion is not null);

    private static string Parameters(Plan plan, bool raw, string space = "") => string.Join(", ",
        plan.Inputs.Select(port => $"{space}ReadOnlySpan<{Element(port, raw)}> {port.Identifier}")
            .Concat(plan.Outputs.Select(port => $"{space}Span<{Element(port, raw)}> {port.Identifier}")));

    private static string Element(Port port, bool raw) => (raw ? port.Inner : port.Outer).Element.Keyword();
}
