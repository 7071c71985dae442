using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Compression.Tests.Support;
using ModelGen.Compression.Tests.Training;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using ModelGen.Tool;
using ModelGen.Tool.Output;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Compression.Tests.Commands;

/// <summary>The command line of <c>modelgen compress</c>: what goes wrong ends in one line, exit code 2 and no file.</summary>
public sealed class CompressCommandTests : IDisposable
{
    private const int Inputs = 256;
    private readonly string _folder = Directory.CreateTempSubdirectory("modelgen-compress-").FullName;

    public CompressCommandTests()
    {
        File.WriteAllBytes(At("model.onnx"), OnnxExporter.Export(Networks.LeNet(0), new ExportOptions()));
        Write("x.npy", 64, _ => 0.5f);
        WriteLabels("y.npy", Enumerable.Range(0, 64).Select(i => (byte)(i % 10)).ToArray());
    }

    [Fact]
    public void WritesTheModelAndTheReport()
    {
        (int code, string output, string error) = Run("--labels", At("y.npy"), "--sparsity", "0.5", "--fine-tune", "1", "--json",
            At("report.json"));
        Assert.True(code == 0, error);
        Assert.Matches("weights that are not zero +[0-9,]+ +[0-9,]+ +[2-9](\\.[0-9]+)?x fewer", output);
        Assert.True(new FileInfo(At("small.onnx")).Length > 0);
        string json = File.ReadAllText(At("report.json"));
        Assert.Contains("\"curve\"", json, StringComparison.Ordinal);
        Assert.Contains("\"missedTargets\": []", json, StringComparison.Ordinal);
    }

    [Fact]
    public void TakesTablesOfText()
    {
        File.WriteAllLines(At("x.csv"), Enumerable.Range(0, 40).Select(i =>
            string.Join(',', Enumerable.Range(0, Inputs).Select(j => (i * j % 7) / 7f))));
        (int code, _, string error) = RunWith(At("x.csv"), "--fine-tune", "off", "--sparsity", "0.3");
        Assert.True(code == 0, error);
    }

    [Fact]
    public void WritesSparseInitializersWithTheSameNumbers()
    {
        string[] same = ["--sparsity", "0.95", "--fine-tune", "off", "--ranges", "percentile"];
        Assert.Equal(0, Run(same).Code);
        byte[] dense = File.ReadAllBytes(At("small.onnx"));
        Assert.Equal(0, Run([.. same, "--sparse-format", "onnx"]).Code);
        byte[] sparse = File.ReadAllBytes(At("small.onnx"));
        Assert.Empty(ModelProto.Parser.ParseFrom(dense).Graph.SparseInitializer);
        Assert.NotEmpty(ModelProto.Parser.ParseFrom(sparse).Graph.SparseInitializer);
        Assert.Equal(Source(dense), Source(sparse));

        static string Source(byte[] model)
        {
            string source = ModelCompiler.Compile(model, "small.onnx", new CompileOptions()).Source;
            return Regex.Replace(source[source.IndexOf("namespace", StringComparison.Ordinal)..],
                "sourceHash: \"[0-9a-f]+\"|fileBytes: [0-9]+", "");
        }
    }

    [Theory]
    [InlineData("nan", "must be finite")]
    [InlineData("shape", "does not fit input")]
    [InlineData("few", "too few; at least 32 are wanted")]
    [InlineData("labels", "label 10 of sample 3 is out of range")]
    [InlineData("count", "holds 3 labels")]
    [InlineData("sparsity", "--sparsity")]
    [InlineData("bytes", "--weight-bytes")]
    [InlineData("epochs", "--fine-tune")]
    [InlineData("infinite", "--speedup")]
    [InlineData("not a number", "--sparsity: NaN is no number")]
    [InlineData("mean", "--mean-bits")]
    [InlineData("weight", "there are no labels to weigh")]
    [InlineData("validation labels", "give --validation too")]
    [InlineData("outputs", "has 2 outputs (y, z)")]
    [InlineData("inputs", "has 2 inputs (x, z)")]
    [InlineData("weights", "node \"Gemm_0\" has a weight that is NaN")]
    [InlineData("operator", "LayerNormalization")]
    [InlineData("open", "--input-shape")]
    [InlineData("no weights", "has no layer with constant weights")]
    [InlineData("overflow", "calibration sample 7 makes the network answer")]
    [InlineData("no number of bytes", "--weight-bytes NaN")]
    [InlineData("state of one shot", "--fine-tune off does not train")]
    [InlineData("state in a file", "cannot be written")]
    [InlineData("flat with channels last", "has no channels last")]
    [InlineData("channels first", "with channels last does not fit")]
    [InlineData("search", "there is no search without training")]
    [InlineData("augment", "--augment blur")]
    [InlineData("turn", "--augment turn=200")]
    [InlineData("untrained", "--fine-tune off does not train")]
    [InlineData("missing", "no such file")]
    [InlineData("scale", "--input-scale")]
    [InlineData("one file", "must be different files")]
    [InlineData("the model itself", "must be different files")]
    [InlineData("missing reading", "calibration sample 5 holds 3E+38, whose square float32 does not hold")]
    [InlineData("csv", "line 2, value 1: 'a' is not a number")]
    [InlineData("model", "is not an ONNX model")]
    public void RefusesWithOneLineAndNoFile(string fault, string reason)
    {
        string samples = At("x.npy");
        string[] more = [];
        switch (fault)
        {
            case "nan": Write("x.npy", 64, i => i == 5 ? float.NaN : 0); break;
            case "shape":
                var wrong = new NumericTensor(TensorElementType.Float32, [64, 3, 5], new byte[64 * 60]);
                TensorFiles.Write(At("x.npy"), [new NamedTensor("", wrong)]);
                break;
            case "few": Write("x.npy", 20, _ => 0); break;
            case "labels":
                WriteLabels("y.npy", Enumerable.Range(0, 64).Select(i => (byte)(i == 3 ? 10 : 0)).ToArray());
                more = ["--labels", At("y.npy")];
                break;
            case "count": WriteLabels("y.npy", [1, 2, 3]); more = ["--labels", At("y.npy")]; break;
            case "sparsity": more = ["--sparsity", "1.5"]; break;
            case "bytes": more = ["--weight-bytes", "lots"]; break;
            case "epochs": more = ["--fine-tune", "-3"]; break;
            case "infinite": more = ["--speedup", "Infinity"]; break;
            case "not a number": more = ["--sparsity", "nan"]; break;
            case "mean": more = ["--bits", "8", "--mean-bits", "5"]; break;
            case "weight": more = ["--label-weight", "0.9"]; break;
            case "validation labels": more = ["--validation-labels", At("y.npy")]; break;
            case "outputs":
                var builder = new NetworkBuilder(1, 1, Inputs);
                Value y = builder.Dense(builder.Input, 3), z = builder.Relu(y);
                File.WriteAllBytes(At("model.onnx"), OnnxExporter.Export(
                    builder.Builder.Build([new GraphOutput("y", y), new GraphOutput("z", z)]), new ExportOptions()));
                break;
            case "inputs":
                WriteModel(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, Inputs).AddInput("z", DataType.Float32, 1, Inputs)
                    .AddNode("Add", ["x", "z"], ["sum"]).AddNode("Gemm", ["sum", "w"], ["y"]));
                break;
            case "weights":
                WriteModel(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, Inputs).AddNode("Gemm", ["x", "w"], ["y"]), float.NaN);
                break;
            case "operator":
                WriteModel(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, Inputs)
                    .AddInitializer("scale", [Inputs], Enumerable.Repeat(1f, Inputs).ToArray())
                    .AddNode("LayerNormalization", ["x", "scale"], ["n"]).AddNode("Gemm", ["n", "w"], ["y"]));
                break;
            case "open":
                WriteModel(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, -1).AddNode("Gemm", ["x", "w"], ["y"]));
                break;
            case "no weights":
                File.WriteAllBytes(At("model.onnx"), new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, Inputs)
                    .AddNode("Relu", ["x"], ["y"]).AddOutput("y", DataType.Float32, 1, Inputs).Build());
                break;
            case "overflow":
                WriteModel(new OnnxModelBuilder().AddInput("x", DataType.Float32, 1, Inputs).AddNode("Gemm", ["x", "w"], ["y"]), 3e38f);
                Write("x.npy", 64, i => i / Inputs == 7 ? 10 : 0);
                Write("v.npy", 64, _ => 0);
                more = ["--validation", At("v.npy")];
                break;
            case "scale": more = ["--input-scale", "0"]; break;
            case "one file": more = ["--json", At("small.onnx")]; break;
            case "the model itself": more = ["--report", At("model.onnx")]; break;
            case "missing reading": Write("x.npy", 64, i => i == 5 * Inputs + 1 ? 3e38f : 0); break;
            case "no number of bytes": more = ["--weight-bytes", "NaN"]; break;
            case "state of one shot": more = ["--resume", At("state"), "--fine-tune", "off"]; break;
            case "state in a file": more = ["--resume", At("x.npy"), "--sparsity", "0.5"]; break;
            case "flat with channels last":
                var flat = new NumericTensor(TensorElementType.Float32, [64, Inputs], new byte[64 * Inputs * sizeof(float)]);
                TensorFiles.Write(At("x.npy"), [new NamedTensor("", flat)]);
                more = ["--input-layout", "nhwc"];
                break;
            case "channels first": more = ["--input-layout", "nhwc"]; break;
            case "search": more = ["--fine-tune", "off", "--weight-bytes", "2KB"]; break;
            case "augment": more = ["--augment", "mirror,blur"]; break;
            case "turn": more = ["--augment", "zoom=0.1,turn=200"]; break;
            case "untrained": more = ["--augment", "mirror", "--fine-tune", "off"]; break;
            case "missing": samples = At("none.npy"); break;
            case "csv": samples = At("x.csv"); File.WriteAllText(samples, "1,2\na,3\n"); break;
            default: File.WriteAllBytes(At("model.onnx"), [1, 2, 3]); break;
        }

        (int code, string output, string error) = RunWith(samples, more);
        Assert.Equal(2, code);
        Assert.Equal("", output);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line =>
            !line.StartsWith("note:", StringComparison.Ordinal)).ToArray();
        Assert.True(Assert.Single(lines).Contains(reason, StringComparison.Ordinal), lines[0]);
        Assert.False(File.Exists(At("small.onnx")));
    }

    [Fact]
    public void TakesDimensionsThatTheModelLeavesOpen()
    {
        WriteModel(new OnnxModelBuilder().AddInput("x", DataType.Float32, -1, -1).AddNode("Gemm", ["x", "w"], ["y"]));
        (int code, _, string error) = Run("--input-shape", $"1x{Inputs}", "--fine-tune", "off", "--sparsity", "0.3");
        Assert.True(code == 0, error);
    }

    /// <summary>No layer loses all of its weights, so that nearly nothing is too little.</summary>
    [Fact]
    public void AMissedTargetIsSaidEverywhereAndEndsWithOne()
    {
        (int code, string output, string error) = Run("--sparsity", "0.99999", "--fine-tune", "off", "--json", At("report.json"),
            "--report", At("report.html"));
        Assert.Equal(1, code);
        string line = Assert.Single(error.Split(Environment.NewLine), text => text.Contains("target missed", StringComparison.Ordinal));
        Assert.Matches("^modelgen: target missed: --sparsity: wanted 0\\.99999, is 0\\.99[0-9]*$", line);
        string target = line["modelgen: target missed: ".Length..];
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(At("report.json")));
        Assert.Equal(target, Assert.Single(json.RootElement.GetProperty("missedTargets").EnumerateArray()).GetString());
        Assert.Contains($"Target missed: {target}.", File.ReadAllText(At("report.html")), StringComparison.Ordinal);
        Assert.True(new FileInfo(At("small.onnx")).Length > 0);
        Assert.Contains("written after", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-o")]
    [InlineData("--json")]
    [InlineData("--report")]
    public void AFolderThatIsMissingIsFoundOutBeforeTheWork(string option)
    {
        string missing = At(Path.Combine("missing", "file"));
        string[] arguments = ["compress", At("model.onnx"), "--calibration", At("x.npy"), "--fine-tune", "off", "--sparsity", "0.3",
            "-o", option == "-o" ? missing : At("small.onnx"), "--json", option == "--json" ? missing : At("report.json"),
            "--report", option == "--report" ? missing : At("report.html")];
        string[] before = Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal).ToArray();
        using StringWriter output = new(), error = new();
        Assert.Equal(2, ToolApplication.Run(arguments, new Terminal(output, error, isInteractive: false)));

        // The single line also says that no work was begun, whose notes would stand before it.
        Assert.Equal($"modelgen: {missing}: cannot be written: the folder does not exist{Environment.NewLine}", error.ToString());
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AFolderInTheWayOfAFileIsFoundOutBeforeTheWork()
    {
        Directory.CreateDirectory(At("report.html"));
        (int code, _, string error) = Run("--fine-tune", "off", "--sparsity", "0.3", "--report", At("report.html"));
        Assert.Equal(2, code);
        Assert.Equal($"modelgen: {At("report.html")}: cannot be written: it is a folder{Environment.NewLine}", error);
        Assert.False(File.Exists(At("small.onnx")));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (int Code, string Output, string Error) Run(params string[] more) => RunWith(At("x.npy"), more);

    private (int Code, string Output, string Error) RunWith(string samples, params string[] more)
    {
        using StringWriter output = new(), error = new();
        int code = ToolApplication.Run(["compress", At("model.onnx"), "--calibration", samples, "-o", At("small.onnx"), .. more],
            new Terminal(output, error, isInteractive: false));
        return (code, output.ToString(), error.ToString());
    }

    private string At(string name) => Path.Combine(_folder, name);

    private void Write(string name, int count, Func<int, float> value)
    {
        var random = new Random(1);
        float[] values = Enumerable.Range(0, count * Inputs).Select(i => value(i) + (float)random.NextDouble()).ToArray();
        TensorFiles.Write(At(name),
            [new NamedTensor("", new NumericTensor(TensorElementType.Float32, [count, 1, 16, 16],
                MemoryMarshal.AsBytes<float>(values).ToArray()))]);
    }

    // Adds the weights "w" of a last layer and its output "y".
    private void WriteModel(OnnxModelBuilder builder, float firstWeight = 0)
    {
        const int Outputs = 10;
        float[] weights = Enumerable.Range(0, Inputs * Outputs).Select(i => i == 0 ? firstWeight : i % 7 - 3f).ToArray();
        File.WriteAllBytes(At("model.onnx"), builder.AddInitializer("w", [Inputs, Outputs], weights)
            .AddOutput("y", DataType.Float32, 1, Outputs).Build());
    }

    private void WriteLabels(string name, byte[] labels) =>
        TensorFiles.Write(At(name), [new NamedTensor("", new NumericTensor(TensorElementType.UInt8, [labels.Length], labels))]);
}
