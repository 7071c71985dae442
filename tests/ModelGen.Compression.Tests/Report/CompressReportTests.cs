using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using ModelGen.Tool;
using ModelGen.Tool.Output;
using Xunit;

namespace ModelGen.Compression.Tests.Report;

/// <summary><c>modelgen compress --report</c> from the files to the page.</summary>
public sealed class CompressReportTests : IDisposable
{
    private const int Inputs = 8, Hidden = 24, Classes = 3, Samples = 256;
    private readonly string _folder = Directory.CreateTempSubdirectory("modelgen-compress-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void TheReportAgreesWithTheJson()
    {
        Assert.Equal("", Compress("--labels", Labels("labels.csv", 1), "--test", Values("test.csv", 2), "--test-labels",
            Labels("test-labels.csv", 2),
            "--report", PathOf("report.html"), "--json", PathOf("report.json")));
        JsonElement json = JsonDocument.Parse(File.ReadAllText(PathOf("report.json"))).RootElement;
        XDocument page = Parse(File.ReadAllText(PathOf("report.html")));
        string[] ids = page.Descendants("h2").Select(heading => heading.Attribute("id")!.Value).ToArray();
        Assert.Equal(["quality", "sweep", "layers", "classes", "confusions", "repeat"], ids);
        string text = page.Root!.Value;
        foreach (string name in (string[])["nonZeroWeights", "products"])
            Assert.Contains(json.GetProperty(name).GetInt64().ToString("N0", CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        foreach (string name in (string[])["validationAfter", "testBefore", "testAfter"])
            Assert.Contains(json.GetProperty(name).GetDouble().ToString("0.00", CultureInfo.InvariantCulture), text,
                StringComparison.Ordinal);
        Assert.Contains(json.GetProperty("command").GetString()!, text, StringComparison.Ordinal);
        Assert.Contains("256: read once", text, StringComparison.Ordinal);

        // Right answers of all classes are the accuracy on the test samples.
        XElement[] classes = page.Descendants("section").Single(section => section.Attribute("aria-labelledby")!.Value == "classes")
            .Descendants("tbody")
            .Single().Elements("tr").ToArray();
        double right = classes.Sum(row => Number(row, 2) / 100 * Number(row, 4));

        // The page rounds the shares of the classes.
        Assert.InRange(100 * right / Samples - json.GetProperty("testAfter").GetDouble(), -0.01, 0.01);
        Assert.Equal(Samples, classes.Sum(row => Number(row, 4)));
        int[][] confusion = json.GetProperty("confusionAfter").Deserialize<int[][]>()!;
        Assert.Equal(Samples, confusion.Sum(row => row.Sum()));
        Assert.Equal(right, confusion.Select((row, label) => row[label]).Sum(), 0.01 * Samples);
        Assert.Equal("test", json.GetProperty("confusionSource").GetString());
        Assert.Contains($".NET {json.GetProperty("runtime").GetString()}", text, StringComparison.Ordinal);
        string[] layers = page.Descendants("section").Single(section => section.Attribute("aria-labelledby")!.Value == "layers")
            .Descendants("tbody").Single()
            .Descendants("bdi").Select(name => name.Value).ToArray();
        Assert.Equal(["first", "second"], layers);
        Assert.Contains("1.00", text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutLabelsThereAreNoClasses()
    {
        Assert.Equal("", Compress("--fine-tune", "off", "--report", PathOf("report.html")));
        XDocument page = Parse(File.ReadAllText(PathOf("report.html")));
        string[] ids = page.Descendants("h2").Select(heading => heading.Attribute("id")!.Value).ToArray();
        Assert.Equal(["quality", "layers", "repeat"], ids);
        Assert.Contains("variance of the original's outputs kept", page.Root!.Value, StringComparison.Ordinal);
        Assert.Contains("Sensitivity", page.Root.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingIsWrittenWhenCompressionFails()
    {
        string error = Compress("--labels", PathOf("missing.csv"), "--report", PathOf("report.html"));
        Assert.Contains("missing.csv", error, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("report.html")));
        Assert.False(File.Exists(PathOf("small.onnx")));
    }

    private static double Number(XElement row, int cell)
        => double.Parse(row.Elements("td").ElementAt(cell).Value, CultureInfo.InvariantCulture);

    // Returns the errors; without them the exit code must be 0.
    private string Compress(params string[] arguments)
    {
        File.WriteAllBytes(PathOf("net.onnx"), Network());
        using StringWriter output = new(), error = new();
        string[] usual = ["compress", PathOf("net.onnx"), "--calibration", Values("x.csv", 1), "--sparsity", "0.8", "--threads", "1", "-o",
            PathOf("small.onnx")];
        string[] epochs = arguments.Contains("--fine-tune") ? [] : ["--fine-tune", "6"];
        int code = ToolApplication.Run([.. usual, .. epochs, .. arguments], new Terminal(output, error, isInteractive: false));
        if (code == 0) return "";
        Assert.NotEqual("", error.ToString());
        return error.ToString();
    }

    private static byte[] Network()
    {
        var random = new Random(5);
        float[] Weights(int count) => Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1)).ToArray();
        OnnxModelBuilder builder = new OnnxModelBuilder(13).AddInput("x", DataType.Float32, 1, Inputs)
            .AddInitializer("w1", [Inputs, Hidden], Weights(Inputs * Hidden)).AddInitializer("b1", [Hidden], Weights(Hidden))
            .AddInitializer("w2", [Hidden, Classes], Weights(Hidden * Classes)).AddInitializer("b2", [Classes], Weights(Classes))
            .AddNode("Gemm", ["x", "w1", "b1"], ["h"]).AddNode("Relu", ["h"], ["r"]).AddNode("Gemm", ["r", "w2", "b2"], ["y"])
            .AddOutput("y", DataType.Float32, 1, Classes);
        builder.Model.Graph.Node[0].Name = "first";
        builder.Model.Graph.Node[2].Name = "second";
        return builder.Build();
    }

    private static double[][] Noise(int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, Samples).Select(_ => Enumerable.Range(0, Inputs).Select(_ => random.NextDouble() * 2 - 1).ToArray())
            .ToArray();
    }

    private string Values(string name, int seed)
        => Write(name, Noise(seed).Select(row => string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))));

    // A rule that a network can learn.
    private string Labels(string name, int seed)
        => Write(name, Noise(seed).Select(row => (row[0] > row[1] ? row[2] > 0 ? 2 : 1 : 0).ToString(CultureInfo.InvariantCulture)));

    private string Write(string name, System.Collections.Generic.IEnumerable<string> lines)
    {
        File.WriteAllLines(PathOf(name), lines);
        return PathOf(name);
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static XDocument Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }
}
