using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Tool;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Tests.Tool;

public class RunCommandTests
{
    [Theory]
    [InlineData("modern")]
    [InlineData("portable")]
    public void Writes_every_output_under_its_name(string profile)
    {
        using ToolSession session = new();
        string model = session.Write("two.onnx", TinyModels.TwoInputs());
        string a = session.WriteFloats("a.npy", [3, 2], 1, 2, 3, 4, 5, 6);
        string b = session.WriteFloats("b.npy", [1, 2], 10, 20);
        string output = session.PathOf("out.npz");

        int exitCode = session.Run("run", model, "--input", "a=" + a, "--input", "b=" + b, "--output", output, "--profile", profile);

        Assert.True(exitCode == ToolApplication.Success, session.Error);
        IReadOnlyList<NamedTensor> tensors = TensorFiles.Read(output);
        Assert.Equal(["sum", "twice"], tensors.Select(t => t.Name));
        Assert.Equal([3, 2], tensors[0].Tensor.Dimensions.ToArray());
        Assert.Equal([11, 22, 13, 24, 15, 26], Values(tensors[0].Tensor));
        Assert.Equal([22, 44, 26, 48, 30, 52], Values(tensors[1].Tensor));
        Assert.Equal(4, session.Files().Length); // no temporary file is left behind
    }

    [Theory]
    [InlineData("out.npy")]
    [InlineData("out.pb")]
    [InlineData("out.npz")]
    public void Writes_a_single_output_in_any_format(string name)
    {
        using ToolSession session = new();
        string model = session.Write("add.onnx", TinyModels.AddConstant());
        string input = session.WriteFloats("x.npy", [1, 3], 1, 2, 3);

        Assert.Equal(ToolApplication.Success, session.Run("run", model, "--input", input, "--output", session.PathOf(name)));
        Assert.Equal([2, 4, 6], Values(TensorFiles.ReadSingle(session.PathOf(name))));
    }

    [Fact]
    public void Shows_the_largest_values_without_an_output_file()
    {
        using ToolSession session = new();
        string model = session.Write("add.onnx", TinyModels.AddConstant());
        string input = session.WriteFloats("x.npy", [2, 3], 1, 2, 3, 9, 0, 0);

        Assert.Equal(ToolApplication.Success, session.Run("run", model, "--input", input));
        Assert.Contains("y: float32[2, 3], 2 to 10", session.Output);
        Assert.Contains("sample 1: [0] 10, [2] 3, [1] 2", session.Output);
    }

    [Fact]
    public void Json_is_one_document()
    {
        using ToolSession session = new();
        string model = session.Write("add.onnx", TinyModels.AddConstant());
        string input = session.WriteBytes("x.npy", [3], 1, 2, 3);

        Assert.Equal(ToolApplication.Success, session.Run("run", model, "--input", input, "--json"));
        using JsonDocument document = JsonDocument.Parse(session.Output);
        Assert.Equal("y", document.RootElement.GetProperty("outputs")[0].GetProperty("name").GetString());
        Assert.Contains("note: ", session.Error); // integers into a float model
    }

    [Fact]
    public void A_tap_is_a_further_output()
    {
        using ToolSession session = new();
        GraphOnlyLast(session, out string model);
        string a = session.WriteFloats("a.npy", [1, 2], 1, 2);

        int exitCode = session.Run("run", model, "--input", "a=" + a, "--input", "b=" + a, "--tap", "sum", "--output",
            session.PathOf("out.npz"));

        Assert.True(exitCode == ToolApplication.Success, session.Error);
        Assert.Contains("sum", TensorFiles.Read(session.PathOf("out.npz")).Select(t => t.Name));
    }

    [Fact]
    public void A_missing_folder_of_the_output_is_named()
    {
        using ToolSession session = new();
        string model = session.Write("add.onnx", TinyModels.AddConstant()), input = session.WriteFloats("x.npy", [3], 1, 2, 3);

        Assert.Equal(ToolApplication.BadInput, session.Run("run", model, "--input", input, "--output", session.PathOf("none/out.npz")));
        Assert.Contains("the folder does not exist", session.Error);
        Assert.DoesNotContain(".tmp", session.Error);
    }

    [Fact]
    public void Several_outputs_do_not_fit_one_array()
    {
        using ToolSession session = new();
        string model = session.Write("two.onnx", TinyModels.TwoInputs());
        string output = session.Write("out.npy", [42]);
        string a = session.WriteFloats("a.npy", [1, 2], 1, 2);

        Assert.Equal(ToolApplication.BadInput, session.Run("run", model, "--input", "a=" + a, "--input", "b=" + a, "--output", output));
        Assert.Contains("use .npz", session.Error);
        Assert.Equal([42], File.ReadAllBytes(output));
    }

    [Fact]
    public void Inputs_that_cannot_be_matched_are_named()
    {
        using ToolSession session = new();
        string model = session.Write("two.onnx", TinyModels.TwoInputs());
        string a = session.WriteFloats("a.npy", [1, 2], 1, 2);

        Assert.Equal(ToolApplication.BadInput, session.Run("run", model, "--input", a));
        Assert.Contains("--input NAME=", session.Error);
        Assert.Equal(ToolApplication.BadInput, session.Run("run", model, "--input", "a=" + a));
        Assert.Contains("input 'b' float32[1, 2] is missing", session.Error);
        Assert.Equal(ToolApplication.BadInput, session.Run("run", model, "--input", "c=" + a));
        Assert.Contains("no input 'c'", session.Error);
        Assert.Equal(ToolApplication.BadInput, session.Run("run", model, "--input", "a=" + a, "--input", "a=" + a));
        Assert.Contains("'a' is given twice", session.Error);
    }

    [Fact]
    public void An_archive_gives_all_inputs_by_name()
    {
        using ToolSession session = new();
        string model = session.Write("two.onnx", TinyModels.TwoInputs());
        NumericTensor tensor = TensorFiles.ReadSingle(session.WriteFloats("a.npy", [1, 2], 1, 2));
        TensorFiles.Write(session.PathOf("in.npz"), [new NamedTensor("b", tensor), new NamedTensor("a", tensor)]);

        Assert.Equal(ToolApplication.Success, session.Run("run", model, "--input", session.PathOf("in.npz"), "--output",
            session.PathOf("out.npz")));
        Assert.Equal([2, 4], Values(TensorFiles.Read(session.PathOf("out.npz"))[0].Tensor));
    }

    private static void GraphOnlyLast(ToolSession session, out string model)
    {
        Import.Onnx.Wire.ModelProto proto = Import.Onnx.Wire.ModelProto.Parser.ParseFrom(TinyModels.TwoInputs());
        proto.Graph.Output.RemoveAt(0);
        model = session.Write("last.onnx", Google.Protobuf.MessageExtensions.ToByteArray(proto));
    }

    private static double[] Values(NumericTensor tensor) => Enumerable.Range(0, tensor.Length).Select(tensor.ToDouble).ToArray();
}
