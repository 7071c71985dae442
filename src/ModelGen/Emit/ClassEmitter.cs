using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>The class that users call: constants, constructors, <c>Info</c> and <c>Run</c>. Every name in it is qualified.</summary>
internal static class ClassEmitter
{
    /// <summary>The whole class.</summary>
    public static void Write(CodeWriter writer, Plan plan, ModelReport report)
    {
        WriteDeclaration(writer, plan, report);
        using (writer.Block())
        {
            WriteMembers(writer, plan, report);
            RunEmitter.WriteMethods(writer, plan);
        }
    }

    /// <summary>The class as code anywhere names it.</summary>
    public static string QualifiedName(Plan plan) =>
        "global::" + (plan.Options.Namespace.Length == 0 ? "" : plan.Options.Namespace + ".") + plan.Options.ClassName;

    private static void WriteDeclaration(CodeWriter writer, Plan plan, ModelReport report)
    {
        string description = plan.Graph.Metadata.Description.Length > 0 ? Literals.Comment(plan.Graph.Metadata.Description) + " " : "";
        writer.Line($"/// <summary>{description}Network compiled from <c>{Literals.Comment(report.FileName)}</c>. Not thread-safe: one instance a thread; weights are shared.</summary>");
        writer.Line("/// <remarks>");
        foreach (Port port in plan.Inputs) writer.Line($"/// Input <c>{port.Identifier}</c>: {Describe(port)}.");
        foreach (Port port in plan.Outputs) writer.Line($"/// Output <c>{port.Identifier}</c>: {Describe(port)}.");
        writer.Line("/// </remarks>");
        writer.Line($"[global::System.CodeDom.Compiler.GeneratedCode(\"ModelGen\", \"{HeaderEmitter.Version}\")]");
        string modifiers = plan.Options.IsPartialOfUserClass ? "" : plan.Options.IsPublic ? "public sealed " : "internal sealed ";
        writer.Line($"{modifiers}partial class {plan.Options.ClassName} : global::ModelGen.IModel");
    }

    private static void WriteMembers(CodeWriter writer, Plan plan, ModelReport report)
    {
        foreach (Port port in plan.Inputs.Concat(plan.Outputs))
        {
            writer.Line($"/// <summary>Elements of <c>{port.Identifier}</c>: {Sizes(port.Outer.Shape)}.</summary>");
            writer.Line($"public const int {LengthName(port)} = {port.Outer.Shape.Count};");
            writer.Line();
        }

        writer.Line("/// <summary>Bytes of working memory that an instance needs.</summary>");
        writer.Line($"public const int WorkspaceBytes = {report.WorkspaceBytes};");
        writer.Line();
        writer.Line("private readonly global::System.Memory<byte> _workspace;");
        writer.Line();
        WriteConstructors(writer, plan);
        writer.Line();
        writer.Line("/// <summary>Shapes, types and costs of the model.</summary>");
        writer.Line($"public static global::ModelGen.ModelInfo Info => {LayersClass.QualifiedName(plan)}.Facts.Info;");
        writer.Line();
        writer.Line("global::ModelGen.ModelInfo global::ModelGen.IModel.Info => Info;");
        writer.Line();
    }

    /// <summary>Name of the constant with the element count of a port.</summary>
    public static string LengthName(Port port) => char.ToUpperInvariant(port.Identifier[0]) + port.Identifier.Substring(1) + "Length";

    /// <summary>For example <c>float32[1, 49, 10]</c>.</summary>
    public static string Describe(Port port) => port.Conversion is null
        ? port.Outer.Type.ToString()
        : FormattableString.Invariant(
            $"{port.Outer.Type}; inside {port.Inner.Element.ToString().ToLowerInvariant()} with scale {port.Inner.Type.Quantization!.Scale} and zero point {port.Inner.Type.Quantization.ZeroPoint}");

    private static string Sizes(Shape shape) => shape.Rank == 0 ? "a scalar" : string.Join(" x ", shape.Dimensions);

    private static void WriteConstructors(CodeWriter writer, Plan plan)
    {
        writer.Line("/// <summary>Creates an instance with a workspace of its own: the only allocation it ever makes.</summary>");
        using (writer.Block($"public {plan.Options.ClassName}()"))
        {
            if (plan.Options.Profile == Profile.Modern)
            {
                writer.Lines("""
                    // Pinned, so that a cache line's alignment lasts.
                    byte[] memory = global::System.GC.AllocateArray<byte>(WorkspaceBytes + 63, pinned: true);
                    int skip = (int)(-global::System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(memory, 0) & 63);
                    _workspace = new global::System.Memory<byte>(memory, skip, WorkspaceBytes);
                    """);
            }
            else
            {
                writer.Line("_workspace = new byte[WorkspaceBytes];");
            }
        }

        writer.Line();
        writer.Line("/// <summary>Creates an instance that works in the caller's memory.</summary>");
        writer.Line("/// <param name=\"workspace\">At least <see cref=\"WorkspaceBytes\"/> bytes, 8-byte aligned (64 is faster), used by nobody else while a run lasts.</param>");
        writer.Line("/// <exception cref=\"global::System.ArgumentException\">The memory is too small.</exception>");
        using (writer.Block($"public {plan.Options.ClassName}(global::System.Memory<byte> workspace)"))
        {
            writer.Line("if (workspace.Length < WorkspaceBytes)");
            writer.Block();
            writer.Line("throw new global::System.ArgumentException(");
            writer.Line("    $\"The workspace has {workspace.Length} bytes; {WorkspaceBytes} are needed.\", nameof(workspace));");
            writer.Close(brace: true);
            writer.Line();
            writer.Line("_workspace = workspace;");
        }
    }
}
