using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tool.Execution;
using Xunit;

namespace ModelGen.Tests.Emit;

/// <summary>Emitted code compiles whatever the project calls its types and namespaces.</summary>
public class NameCollisionTests
{
    private const string TypesOfTheProject = """
        namespace My
        {
            class Math { }
            class Vector { }
            class Vector128 { }
            class Unsafe { }
            class MemoryMarshal { }
            class Span<T> { }
            class MethodImplAttribute { }
            class ArgumentException { }
            namespace System { class Memory<T> { } class GC { } }
            namespace ModelGen { namespace Generated { class Math { } } }
        }

        class Math { }
        class Marshal { }
        namespace Generated { class ReadOnlySpan<T> { } }
        """;

    public static TheoryData<string, Profile> Cases() =>
        SharedModels.RowsWithProfiles(["conv-int8-sparse", "gru", "softmax", "element-wise"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void TypesOfTheProjectDoNotMatter(string name, Profile profile) =>
        Load(Emit(name, "My", "Network", profile) + TypesOfTheProject, profile);

    [Theory]
    [InlineData("Data")]
    [InlineData("Table")]
    [InlineData("View")]
    [InlineData("Facts")]
    [InlineData("Clamp")]
    [InlineData("Math")]
    [InlineData("Vector")]
    [InlineData("System")]
    [InlineData("ModelGen")]
    [InlineData("XLength")]
    [InlineData("@class")]
    public void ClassMayHaveTheNameOfAnythingElse(string className)
    {
        Load(Emit("element-wise", "My", className, Profile.Modern), Profile.Modern);
        if (className is not ("System" or "ModelGen")) Load(Emit("element-wise", "", className, Profile.Portable), Profile.Portable);
    }

    [Fact]
    public void ClassesOfOneNameInTwoNamespacesLiveSideBySide()
    {
        string first = Emit("softmax", "A_B", "C", Profile.Modern), second = Emit("softmax", "A", "B_C", Profile.Modern);
        SourceCompiler.Compile(first + second.Replace("#nullable enable", ""), Profile.Modern, "two.onnx", default);
    }

    private static void Load(string source, Profile profile) => ModelLoader.Load(source, profile, "model.onnx").Dispose();

    private static string Emit(string name, string space, string className, Profile profile)
    {
        OperatorCase model = KernelCases.All[name]();
        CompileOptions options = new() { Namespace = space, ClassName = className, Profile = profile };
        return ModelCompiler.Compile(model.Build().File, name + ".onnx", options).Source;
    }
}
