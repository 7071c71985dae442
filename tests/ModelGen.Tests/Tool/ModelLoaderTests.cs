using System;
using System.Runtime.CompilerServices;
using ModelGen.Compiler;
using ModelGen.Compression;
using ModelGen.Compression.Execution;
using ModelGen.Tool;
using ModelGen.Tool.Execution;
using Xunit;

namespace ModelGen.Tests.Tool;

public class ModelLoaderTests
{
    private const string Source = """
        #nullable enable
        namespace Emitted
        {
            internal sealed class Doubler : global::ModelGen.IModel
            {
                public global::ModelGen.ModelInfo Info { get; } = new global::ModelGen.ModelInfo(
                    "doubler.onnx", "",
                    new[] { new global::ModelGen.TensorInfo("x", global::ModelGen.TensorElementType.UInt8, new[] { 2 }, 0) },
                    new[] { new global::ModelGen.TensorInfo("y", global::ModelGen.TensorElementType.UInt8, new[] { 2 }, 0) },
                    new string[0], 0, 0, 0, 0, 0, 0, 0);

                public void Run(global::System.ReadOnlySpan<byte> inputs, global::System.Span<byte> outputs)
                {
                    for (int i = 0; i < inputs.Length; i++) outputs[i] = (byte)(2 * inputs[i]);
                }
            }
        }
        """;

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void Compiles_and_creates_the_model(Profile profile)
    {
        using LoadedModel loaded = ModelLoader.Load(Source, profile, "doubler.onnx");
        byte[] output = new byte[2];

        loaded.Model.Run([3, 4], output);

        Assert.Equal([6, 8], output);
        Assert.True(loaded.Code.InstructionBytes > 0);
    }

    [Fact]
    public void Portable_code_must_be_CSharp_8()
    {
        string newer = Source.Replace("new[] { 2 }", "(int[])[2]", StringComparison.Ordinal);
        ModelLoader.Load(newer, Profile.Modern, "x.onnx").Dispose();

        CompressionException error = Assert.Throws<CompressionException>(() => ModelLoader.Load(newer, Profile.Portable, "x.onnx"));

        Assert.StartsWith("x.onnx: the emitted code does not compile", error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [Fact]
    public void Emitted_code_sees_no_library_of_the_tool()
        => Assert.Throws<CompressionException>(() =>
            ModelLoader.Load(Source + " class X { Spectre.Console.Table t; }", Profile.Modern, "x.onnx"));

    [Fact]
    public void Code_is_freed_after_use()
    {
        WeakReference model = LoadAndDrop();
        for (int i = 0; i < 10 && model.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(model.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference LoadAndDrop()
    {
        using LoadedModel loaded = ModelLoader.Load(Source, Profile.Modern, "x.onnx");
        return new WeakReference(loaded.Model.GetType().Assembly);
    }
}
