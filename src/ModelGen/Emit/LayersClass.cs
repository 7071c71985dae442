using ModelGen.Compiler;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>
/// The class behind the one that users call. It has a namespace of its own, because there the plain names of the framework (Math, Vector,
/// Unsafe) mean the framework's types whatever the project calls its own types and namespaces, and because its members cannot meet the
/// user's class name.
/// </summary>
internal static class LayersClass
{
    /// <summary>Namespace of all such classes.</summary>
    public const string Namespace = "ModelGen.Generated";

    /// <summary>Name to call it by, from anywhere.</summary>
    public static string QualifiedName(Plan plan) => $"global::{Namespace}.{Name(plan)}";

    /// <summary>The using directives, inside the namespace: there they win over everything outside.</summary>
    public static void WriteUsings(CodeWriter writer, Plan plan)
    {
        bool isModern = plan.Options.Profile == Profile.Modern;
        writer.Line("using global::System;");
        if (isModern) writer.Line("using global::System.Numerics;");
        writer.Line("using global::System.Runtime.CompilerServices;");
        writer.Line("using global::System.Runtime.InteropServices;");
        if (isModern)
        {
            writer.Line("using global::System.Runtime.Intrinsics;");
            writer.Line("using global::System.Runtime.Intrinsics.Arm;");
            writer.Line("using global::System.Runtime.Intrinsics.X86;");
        }

        writer.Line();
    }

    public static void WriteDeclaration(CodeWriter writer, Plan plan)
    {
        writer.Line($"/// <summary>The layers of <see cref=\"{ClassEmitter.QualifiedName(plan)}\"/>.</summary>");
        writer.Line($"[global::System.CodeDom.Compiler.GeneratedCode(\"ModelGen\", \"{HeaderEmitter.Version}\")]");
        writer.Line($"internal static class {Name(plan)}");
    }

    private static string Name(Plan plan)
    {
        // Doubled underscores keep A_B.C apart from A.B_C.
        string full = (plan.Options.Namespace.Length == 0 ? "" : plan.Options.Namespace + ".") + plan.Options.ClassName;
        return full.Replace("@", "").Replace("_", "__").Replace('.', '_') + "Layers";
    }
}
