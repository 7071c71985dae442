using System;
using System.Collections.Generic;
using System.Linq;
using Google.Protobuf;
using ModelGen.Compiler;
using ModelGen.Import.Onnx;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Malformed;

/// <summary>Files that are damaged, contradictory or made to hurt: each ends in code or in one <see cref="ModelException"/>, in little
/// memory.</summary>
public class HostileModelTests
{
    // More than any of the small models below may need; a file of a few hundred bytes must not make the compiler ask for gigabytes.
    private const long MostBytes = 1536L << 20;

    [Fact]
    public void EveryTruncationIsRefusedOrCompiles()
    {
        byte[] model = SmallNetwork().Build();
        for (int length = 0; length < model.Length; length += Math.Max(1, model.Length / 400))
            TryCompile(model[..length], $"cut to {length} bytes");
    }

    [Fact]
    public void EveryCorruptedByteIsRefusedOrCompiles()
    {
        byte[] model = SmallNetwork().Build();
        var random = new Random(7);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = (byte[])model.Clone();
            int position = random.Next(damaged.Length);
            damaged[position] = (byte)random.Next(256);
            TryCompile(damaged, FormattableString.Invariant($"byte {position} is {damaged[position]}"));
        }
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255 })]
    public void BytesThatAreNoModelAreRefused(byte[] file) => Assert.Equal(ModelErrorIds.NotAModel, Refused(file));

    [Fact]
    public void TextIsRefused() => Assert.Equal(ModelErrorIds.NotAModel,
        Refused("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"u8.ToArray()));

    [Fact]
    public void DeepNestingIsRefused()
    {
        // A graph in an attribute of a node of a graph, 3,000 deep.
        byte[] nested = [];
        for (int depth = 0; depth < 3000; depth++)
        {
            nested = Field(6, nested);  // AttributeProto.g
            nested = Field(5, nested);  // NodeProto.attribute
            nested = Field(1, nested);  // GraphProto.node
        }

        Assert.Equal(ModelErrorIds.NotAModel, Refused([8, 8, .. Field(7, nested), .. Field(8, [16, 13])]));
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    public void NegativeDimensionsOfConstantsAreRefused(long dimension)
        => Assert.Equal(ModelErrorIds.NotAModel, Refused(SmallNetwork(), model => model.Graph.Initializer[0].Dims[0] = dimension));

    [Theory]
    [InlineData(1L << 40)]
    [InlineData(int.MaxValue)]
    [InlineData(100_000L)]
    public void DimensionsBeyondTheDataAreRefused(long dimension)
        => Assert.Contains(Refused(SmallNetwork(), model => model.Graph.Initializer[0].Dims[0] = dimension),
            new[] { ModelErrorIds.NotAModel, ModelErrorIds.TooLarge });

    [Fact]
    public void DataThatIsTooShortIsRefused()
        => Assert.Equal(ModelErrorIds.NotAModel,
            Refused(SmallNetwork(), model => model.Graph.Initializer[0].RawData = ByteString.CopyFrom(1, 2, 3)));

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(99)]
    [InlineData(-5)]
    public void UnknownElementTypesAreRefused(int type)
        => Assert.Equal(ModelErrorIds.UnsupportedOperator, Refused(SmallNetwork(), model => model.Graph.Initializer[0].DataType = type));

    [Fact]
    public void ExternalDataIsRefused()
        => Assert.Equal(ModelErrorIds.ExternalData,
            Refused(SmallNetwork(), model => model.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External));

    [Fact]
    public void NamesThatAreDefinedTwiceAreRefused()
        => Assert.Equal(ModelErrorIds.NotAModel,
            Refused(SmallNetwork(), model => model.Graph.Node[1].Output[0] = model.Graph.Node[0].Output[0]));

    [Fact]
    public void UnknownInputsAreRefused()
        => Assert.Equal(ModelErrorIds.NotAModel, Refused(SmallNetwork(), model => model.Graph.Node[0].Input[0] = "nobody"));

    [Fact]
    public void CyclesAreRefused()
        => Assert.Equal(ModelErrorIds.NotAModel,
            Refused(SmallNetwork(), model => model.Graph.Node[0].Input[0] = model.Graph.Output[0].Name));

    [Fact]
    public void MissingOutputsAreRefused()
        => Assert.Equal(ModelErrorIds.NotAModel, Refused(SmallNetwork(), model => model.Graph.Output[0].Name = "nobody"));

    [Theory]
    [InlineData(6)]
    [InlineData(99)]
    [InlineData(0)]
    public void UnknownOperatorSetsAreRefused(long version)
        => Assert.Equal(ModelErrorIds.UnsupportedVersion, Refused(SmallNetwork(), model => model.OpsetImport[0].Version = version));

    [Theory]
    [InlineData("group", 0L)]
    [InlineData("group", -1L)]
    [InlineData("group", 1L << 40)]
    [InlineData("strides", 0L)]
    [InlineData("strides", int.MaxValue)]
    [InlineData("dilations", int.MaxValue)]
    [InlineData("dilations", 1L << 40)]
    [InlineData("pads", -1L)]
    [InlineData("pads", int.MaxValue)]
    [InlineData("pads", 100_000_000L)]
    [InlineData("kernel_shape", 1_000_000L)]
    public void AbsurdWindowsAreRefusedOrCompile(string attribute, long value)
    {
        foreach (string type in new[] { "Conv", "MaxPool", "AveragePool" })
        {
            long[] values = Enumerable.Repeat(value, attribute == "pads" ? 4 : 2).ToArray();
            OnnxModelBuilder model = new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, 2, 6, 6).AddInitializer("w", [2, 2, 3, 3],
                new float[36]);
            (string, object)[] attributes = attribute == "group" ? [("group", value)] : [(attribute, values)];
            if (type != "Conv" && attribute != "kernel_shape") attributes = [.. attributes, ("kernel_shape", new[] { 3, 3 })];
            model.AddNode(type, type == "Conv" ? ["x", "w"] : ["x"], ["y"], attributes).AddOutput("y", DataType.Float32);
            TryCompile(model.Build(), $"{type} with {attribute} {value}");
        }
    }

    [Theory]
    [InlineData("ConstantOfShape", 1L << 28)]
    [InlineData("ConstantOfShape", 1L << 62)]
    [InlineData("Expand", 1L << 28)]
    [InlineData("Expand", 1L << 62)]
    [InlineData("Tile", 1L << 28)]
    [InlineData("Tile", 1L << 62)]
    [InlineData("Reshape", 1L << 62)]
    [InlineData("Pad", 1L << 29)]
    [InlineData("Pad", 1L << 62)]
    [InlineData("OneHot", 1L << 28)]
    public void SmallFilesCannotMakeHugeTensors(string type, long size)
    {
        foreach (bool isConstant in new[] { false, true })
        {
            OnnxModelBuilder model = new OnnxModelBuilder();
            if (isConstant) model.AddInitializer("x", [1], 1f);
            else model.AddInput("x", DataType.Float32, 1);
            model.AddInitializer("size", [type == "Pad" ? 2 : 1], type == "Pad"
                ? new[] { size, size } : new[] { size }).AddInitializer("values", [2], 0f, 1f).AddInitializer("index", [1], 0L);
            string[] inputs = type switch { "ConstantOfShape" => ["size"], "OneHot" => ["index", "size", "values"], _ => ["x", "size"] };
            Assert.Contains(Refused(model.AddNode(type, inputs, ["y"]).AddOutput("y", DataType.Float32).Build()),
                new[] { ModelErrorIds.TooLarge, ModelErrorIds.TypeMismatch });
        }
    }

    [Fact]
    public void ManyConstantsTogetherAreBoundedToo()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInitializer("size", [1], 1L << 25).AddInitializer("x", [1], 1f);
        for (int i = 0; i < 40; i++) model.AddNode("Expand", ["x", "size"], ["y" + i]);
        Assert.Equal(ModelErrorIds.TooLarge, Refused(model.AddOutput("y0", DataType.Float32).Build()));
    }

    [Fact]
    public void ARangeThatNeverEndsIsRefused()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInitializer("a", [], 0f).AddInitializer("b", [],
            float.PositiveInfinity).AddInitializer("c", [], 1e-30f);
        Refused(model.AddNode("Range", ["a", "b", "c"], ["y"]).AddOutput("y", DataType.Float32).Build());
    }

    [Fact]
    public void ALongChainOfNodesCompiles()
    {
        // Recursion over nodes would end the process.
        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("t0", DataType.Float32, 2, 3).AddInitializer("s", [2], 3L,
            2L).AddInitializer("u", [2], 2L, 3L);
        for (int i = 0; i < 3000; i++) model.AddNode("Reshape", [$"t{i}", i % 2 == 0 ? "s" : "u"], [$"t{i + 1}"]);
        TryCompile(model.AddNode("Relu", ["t3000"], ["y"]).AddOutput("y", DataType.Float32).Build(), "a chain of 3,000 nodes");
    }

    [Fact]
    public void TooManyNodesAreRefused()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("t0", DataType.Float32, 2, 3);
        for (int i = 0; i < 25_000; i++) model.AddNode("Relu", [$"t{i}"], [$"t{i + 1}"]);
        Assert.Equal(ModelErrorIds.TooLarge, Refused(model.AddOutput("t25000", DataType.Float32).Build()));
    }

    [Theory]
    [InlineData("Transpose", "perm")]
    [InlineData("Softmax", "axis")]
    [InlineData("Concat", "axis")]
    [InlineData("ReduceMean", "axes")]
    [InlineData("Flatten", "axis")]
    [InlineData("LayerNormalization", "axis")]
    [InlineData("DepthToSpace", "blocksize")]
    [InlineData("Split", "axis")]
    [InlineData("ArgMax", "axis")]
    [InlineData("LRN", "size")]
    [InlineData("Cast", "to")]
    [InlineData("LSTM", "hidden_size")]
    public void AbsurdAttributesAreRefusedOrCompile(string type, string attribute)
    {
        foreach (long value in new[] { long.MinValue, -100, -1, 0, 1, 100, int.MaxValue, long.MaxValue })
        {
            foreach (object form in new object[] { value, new[] { value }, new[] { value, value, value, value }, "text" })
            {
                OnnxModelBuilder model = new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, 4, 2, 2).AddInitializer("w", [4], 1f, 2f,
                    3f, 4f);
                string[] inputs = type is "LayerNormalization" or "LSTM" ? ["x", "w", "w"] : ["x"];
                TryCompile(model.AddNode(type, inputs, ["y"], (attribute, form)).AddOutput("y", DataType.Float32).Build(),
                    $"{type} with {attribute} {value}");
            }
        }
    }

    [Fact]
    public void NodesWithoutInputsOrOutputsAreRefused()
    {
        foreach (string type in OperatorRegistry.SupportedOperators)
        {
            TryCompile(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, 4).AddNode(type, [], ["y"]).AddOutput("y",
                DataType.Float32).Build(), type + " without inputs");
            TryCompile(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, 4).AddNode(type, ["x"], []).AddOutput("x",
                DataType.Float32).Build(), type + " without outputs");
            TryCompile(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, 4).AddNode(type, ["", ""], ["y"]).AddOutput("y",
                DataType.Float32).Build(), type + " with absent inputs");
        }
    }

    /// <summary>Every operator on operands of every rank and type: refused or compiled, whatever the combination.</summary>
    [Fact]
    public void OperandsOfAnyShapeAndTypeAreRefusedOrCompile()
    {
        var failures = new List<string>();
        foreach ((string what, byte[] file) in Combinations())
        {
            try
            {
                TryCompile(file, what);
            }
            catch (Xunit.Sdk.XunitException failure)
            {
                failures.Add(failure.Message[..Math.Min(600, failure.Message.Length)]);
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n", failures));
    }

    /// <summary>What is not refused must be C# that compiles.</summary>
    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void WhateverIsEmittedCompiles(Profile profile)
    {
        var emitted = new List<(string What, string Source)>();
        foreach ((string what, byte[] file) in Combinations().Where((_, i) => i % 7 == 0))
        {
            try
            {
                var options = new CompileOptions { Namespace = FormattableString.Invariant($"Case{emitted.Count}"), Profile = profile };
                emitted.Add((what, ModelCompiler.Compile(file, "model.onnx", options).Source));
            }
            catch (ModelException)
            {
                // Refused.
            }
        }

        Assert.InRange(emitted.Count, 100, int.MaxValue);
        string[] faults = EmittedWarnings.Of(emitted, profile);
        Assert.True(faults.Length == 0, string.Join("\n", faults));
    }

    private static IEnumerable<(string What, byte[] File)> Combinations()
    {
        int[][] shapes = [[], [4], [2, 3], [1, 4, 5], [1, 4, 6, 6], [1, 2, 3, 3, 3], [0], [1, 0, 4]];
        DataType[] elements = [DataType.Float32, DataType.Int64, DataType.UInt8, DataType.Bool, DataType.Float64];
        foreach (string type in OperatorRegistry.SupportedOperators)
        {
            foreach (int[] shape in shapes)
            {
                foreach (DataType element in elements)
                {
                    for (int operands = 1; operands <= 3; operands++)
                    {
                        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("a", element, shape).AddInput("b", element, shape)
                            .AddInitializer("c", element, shape, new byte[Shapes.Count(shape) * element.Bits() / 8])
                            .AddNode(type, new[] { "a", "c", "b" }[..operands], ["y"]).AddOutput("y", element);
                        yield return ($"{type} of {operands} {element}[{string.Join(", ", shape)}]", model.Build());
                    }
                }
            }
        }
    }

    /// <summary>A network of the usual parts.</summary>
    private static OnnxModelBuilder SmallNetwork() => new OnnxModelBuilder()
        .AddInput("x", DataType.Float32, 1, 2, 6, 6)
        .AddInitializer("w", [3, 2, 3, 3], Enumerable.Range(0, 54).Select(i => i / 10f - 2).ToArray())
        .AddInitializer("b", [3], 1f, 2f, 3f)
        .AddNode("Conv", ["x", "w", "b"], ["c"], ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 2 }))
        .AddNode("Relu", ["c"], ["r"])
        .AddNode("MaxPool", ["r"], ["p"], ("kernel_shape", new[] { 2, 2 }))
        .AddInitializer("shape", [2], 1L, -1L)
        .AddNode("Reshape", ["p", "shape"], ["f"])
        .AddInitializer("v", [12, 4], Enumerable.Range(0, 48).Select(i => i / 10f - 2).ToArray())
        .AddNode("MatMul", ["f", "v"], ["m"])
        .AddNode("Softmax", ["m"], ["y"], ("axis", 1))
        .AddOutput("y", DataType.Float32, 1, 4);

    private static string Refused(OnnxModelBuilder model, Action<ModelProto> damage)
    {
        damage(model.Model);
        return Refused(model.Build());
    }

    private static string Refused(byte[] file) => TryCompile(file, "the file") ?? throw new Xunit.Sdk.XunitException("The model compiled.");

    /// <summary>Compiles; returns the id of the diagnostic, or null when there is none. Fails on anything else.</summary>
    private static string? TryCompile(byte[] file, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? id = null;
        foreach (Profile profile in new[] { Profile.Modern, Profile.Portable })
        {
            try
            {
                ModelCompiler.Compile(file, "model.onnx", new CompileOptions { Profile = profile });
            }
            catch (ModelException error)
            {
                id = error.Id;
                Assert.DoesNotContain('\n', error.Message);
                Assert.NotEqual(ModelErrorIds.InternalError, id);
            }
            catch (Exception error)
            {
                Assert.Fail($"{what}, {profile}: {error}");
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MostBytes, FormattableString.Invariant($"{what}: the compiler allocated {allocated:N0} bytes"));
        return id;
    }

    private static byte[] Field(int number, byte[] content)
    {
        using var stream = new System.IO.MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }

        return stream.ToArray();
    }
}
