using System.IO;
using System.Text.Json;
using ModelGen.Compression.Execution;
using ModelGen.Tests.Support;
using ModelGen.Tool;
using ModelGen.Tool.Execution;
using Xunit;

namespace ModelGen.Tests.Tool;

public class OtherCommandTests
{
    [Fact]
    public void Inspect_shows_layers_and_totals()
    {
        using ToolSession session = new();
        string model = session.Write("add.onnx", TinyModels.AddConstant());

        Assert.Equal(ToolApplication.Success, session.Run("inspect", model));
        Assert.Contains("input   x: float32[1, 3]", session.Output);
        Assert.Contains("multiply-accumulates", session.Output);

        Assert.Equal(ToolApplication.Success, session.Run("inspect", model, "--json", "--profile", "portable"));
        using JsonDocument document = JsonDocument.Parse(session.Output);
        Assert.Equal("portable", document.RootElement.GetProperty("profile").GetString());
        Assert.Equal(1, document.RootElement.GetProperty("layers").GetArrayLength());
    }

    [Fact]
    public void Inspect_shows_the_bits_of_each_layer_whose_neurons_differ()
    {
        using ToolSession session = new();
        byte[] model = File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "QuickStart", "Models", "DigitsSmall.onnx"));
        Assert.Equal(ToolApplication.Success, session.Run("inspect", session.Write("digits.onnx", model), "--json"));
        using JsonDocument document = JsonDocument.Parse(session.Output);
        JsonElement layer = document.RootElement.GetProperty("layers")[2];
        int fourBits = layer.GetProperty("neuronsByBits")[4].GetInt32();
        Assert.True(fourBits > 0);

        Assert.Equal(ToolApplication.Success, session.Run("inspect", session.PathOf("digits.onnx")));
        Assert.Matches($@"(?m)^ *3 +conv2d +.*4 bits: {fourBits}\b", session.Output);
    }

    [Theory]
    [InlineData("modern", Compiler.Profile.Modern)]
    [InlineData("portable", Compiler.Profile.Portable)]
    public void Emit_writes_code_that_compiles(string name, Compiler.Profile profile)
    {
        using ToolSession session = new();
        string model = session.Write("add-it.onnx", TinyModels.AddConstant());
        string labels = session.Write("labels.txt", "\uFEFFred\r\ngreen\n\nblue"u8.ToArray());
        string target = session.PathOf("Model.cs");

        Assert.Equal(ToolApplication.Success, session.Run("emit", model, "-o", target, "--namespace", "My.App", "--labels", labels,
            "--profile", name));
        string source = File.ReadAllText(target);
        using LoadedModel loaded = ModelLoader.Load(source, profile, model);
        Assert.Equal("My.App.AddIt", loaded.Model.GetType().FullName);
        Assert.Equal(["red", "green", "blue"], loaded.Model.Info.Labels.ToArray());

        Assert.Equal(ToolApplication.Success, session.Run("emit", model, "--class", "Other", "--namespace", "My.App", "--labels", labels,
            "--profile", name));
        Assert.Equal(source.Replace("AddIt", "Other", System.StringComparison.Ordinal), session.Output);
    }

    [Fact]
    public void Bench_measures_without_allocation()
    {
        using ToolSession session = new();
        string model = session.Write("add.onnx", TinyModels.AddConstant());

        Assert.Equal(ToolApplication.Success, session.Run("bench", model, "--json", "--seconds", "0.05"));
        using JsonDocument document = JsonDocument.Parse(session.Output);
        JsonElement measurement = document.RootElement.GetProperty("measurement");
        Assert.Equal(0, measurement.GetProperty("allocatedBytesPerRun").GetDouble());
        Assert.True(measurement.GetProperty("minimumMicroseconds").GetDouble() <= measurement.GetProperty("medianMicroseconds").GetDouble(
            ));
        Assert.True(document.RootElement.GetProperty("instructionBytes").GetInt32() > 0);

        Assert.Equal(ToolApplication.Success, session.Run("bench", model, "--seconds", "0.05"));
        Assert.Contains("0 bytes a run", session.Output);
    }
}
