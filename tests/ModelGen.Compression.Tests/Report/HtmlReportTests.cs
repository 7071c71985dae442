using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Report;
using Xunit;

namespace ModelGen.Compression.Tests.Report;

/// <summary>The text of a report.</summary>
public class HtmlReportTests
{
    private static readonly string[] AllSections = ["quality", "sweep", "layers", "classes", "confusions", "repeat"];

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(150)]
    public void IsWellFormedWithUniqueIds(int classes)
    {
        XDocument document = Parse(HtmlReport.Render(SampleReports.Full(classes)));
        Assert.Equal("html", document.Root!.Name.LocalName);
        Assert.Equal("en", document.Root.Attribute("lang")!.Value);
        Assert.Equal("lenet5.onnx compressed", document.Root.Element("head")!.Element("title")!.Value);
        string[] ids = document.Descendants().Attributes("id").Select(id => id.Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        foreach (XAttribute reference in document.Descendants().Attributes("aria-labelledby"))
            Assert.All(reference.Value.Split(' '), id => Assert.Contains(id, ids));
        Assert.Equal(classes <= 20, ids.Contains("confusion-map-title"));
    }

    [Fact]
    public void EveryDrawingIsNamedOrHidden()
    {
        XElement[] drawings = Parse(HtmlReport.Render(SampleReports.Full())).Descendants("svg").ToArray();
        Assert.NotEmpty(drawings);
        Assert.All(drawings, drawing => Assert.True(
            drawing.Attribute("aria-hidden")?.Value == "true"
            || drawing.Attribute("role")?.Value == "img" && drawing.Element("title")?.Value.Length > 0));
        Assert.All(drawings, drawing => Assert.NotNull(drawing.Attribute("viewBox")));
    }

    [Fact]
    public void TheSweepMarksWhatNothingBeats()
    {
        ReportModel model = SampleReports.Full() with
        {
            Sweep = [new(0.5, 0.6, 8, 2000, 20, 2, 99), new(0.5, 0.6, 4, 1200, 20, 1.5, 99), new(0.25, 0.3, 8, 1100, 10, 1, 98),
                new(0.25, 0.3, 4, 1150, 11, 1, 97)],
        };
        XElement[] rows = Section(Parse(HtmlReport.Render(model)), "sweep")!.Descendants("tbody").Single().Elements("tr").ToArray();
        Assert.Equal(["1/2", "1/4"], rows.Select(row => row.Element("th")!.Value));
        Assert.Equal(["99.00", "98.00"], rows.SelectMany(row => row.Descendants("strong")).Select(cell => cell.Value));
        Assert.Equal("1,200", rows[0].Elements("td").Last().Element("small")!.Value);
    }

    [Fact]
    public void MissedTargetsStandAtTheTop()
    {
        ReportModel model = SampleReports.Full() with { MissedTargets = ["--sparsity: wanted 0.9, is 0.85", "--speedup: wanted 8, is 7"] };
        Assert.Equal(["Target missed: --sparsity: wanted 0.9, is 0.85.", "Target missed: --speedup: wanted 8, is 7."], Missed(model));
        Assert.Empty(Missed(SampleReports.Full()));

        static string[] Missed(ReportModel model) => Parse(HtmlReport.Render(model)).Descendants("header").Single().Elements("p")
            .Where(paragraph => paragraph.Attribute("class")?.Value == "missed").Select(paragraph => paragraph.Value).ToArray();
    }

    [Fact]
    public void HostileNamesStayText()
    {
        string html = HtmlReport.Render(SampleReports.Malicious());
        XDocument document = Parse(html), plain = Parse(HtmlReport.Render(SampleReports.Full()));
        Assert.Empty(document.Descendants("script"));
        Assert.Empty(document.DescendantNodes().OfType<XComment>());
        Assert.Equal(Names(plain), Names(document));
        Assert.DoesNotContain(html, c => c is '\0' or '\u0001' or '\u202E' or '\uFFFF' || char.IsSurrogate(c));
        string shown = SampleReports.Hostile.Replace("\0\u0001\u202E\uD800 \uFFFF", "\uFFFD\uFFFD\uFFFD\uFFFD \uFFFD",
            StringComparison.Ordinal);
        Assert.Equal(shown, document.Descendants("h1").Single().Element("bdi")!.Value);
        Assert.Equal(shown, document.Descendants("code").Single().Value);
        Assert.Equal(5, Section(document, "layers")!.Descendants("tbody").Single().Descendants("bdi").Count(name => name.Value == shown));

        // Which elements there are and with which attributes does not depend on names.
        static string[] Names(XDocument document) => document.Descendants()
            .Select(element => element.Name + " " + string.Join(' ', element.Attributes().Select(attribute => attribute.Name))).ToArray();
    }

    [Fact]
    public void RefersToNothingOutside()
    {
        XDocument document = Parse(HtmlReport.Render(SampleReports.Full()));
        string[] fetching = ["script", "link", "img", "iframe", "object", "embed", "base", "image", "use", "foreignObject"];
        Assert.DoesNotContain(document.Descendants(), element => fetching.Contains(element.Name.LocalName));
        Assert.DoesNotContain(document.Descendants().Attributes(), attribute =>
            attribute.Name.LocalName is "href" or "src" or "srcset" or "style"
                || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        string html = document.ToString();
        Assert.DoesNotContain("http:", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", html, StringComparison.OrdinalIgnoreCase);
        string css = document.Descendants("style").Single().Value;
        Assert.DoesNotContain("url(", css, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", css, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void EveryClassHasAStyle()
    {
        XDocument document = Parse(HtmlReport.Render(SampleReports.Full()));
        string css = document.Descendants("style").Single().Value;
        string[] withoutStyle = ["tick"];
        foreach (string name in document.Descendants().Attributes("class").SelectMany(attribute => attribute.Value.Split(' '))
            .Distinct().Except(withoutStyle))
            Assert.Matches($@"\.{Regex.Escape(name)}\b", css);
        foreach (Match variable in Regex.Matches(css, @"var\((--[a-z0-9]+)\)"))
            Assert.Equal(3, Regex.Count(css, Regex.Escape(variable.Groups[1].Value) + ":"));
    }

    [Fact]
    public void IsTheSameInEveryCultureAndRun()
    {
        string expected = HtmlReport.Render(SampleReports.Full());
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat.NumberDecimalSeparator = "," + "\u066B";
            other.NumberFormat.NumberGroupSeparator = "'";
            other.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = other;
            Assert.Equal(expected, HtmlReport.Render(SampleReports.Full()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.DoesNotContain('\r', expected);
    }

    [Fact]
    public void SectionsWithoutDataAreLeftOut()
    {
        XDocument full = Parse(HtmlReport.Render(SampleReports.Full())), bare = Parse(HtmlReport.Render(SampleReports.Bare()));
        Assert.Equal(AllSections, full.Descendants("h2").Select(heading => heading.Attribute("id")!.Value));
        Assert.Equal(["repeat"], bare.Descendants("h2").Select(heading => heading.Attribute("id")!.Value));
        Assert.Equal(8, full.Descendants("dl").First().Elements("div").Count());
        Assert.Equal(5, bare.Descendants("dl").First().Elements("div").Count());
        Assert.DoesNotContain("estimate", bare.Root!.Element("body")!.Value, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Kneedle", bare.Root.Element("body")!.Value, StringComparison.Ordinal);
        Assert.Contains("none were given", Section(bare, "repeat")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ColumnsWithoutDataAreLeftOut()
    {
        ReportModel full = SampleReports.Full();
        ReportModel model = full with
        {
            Layers = full.Layers.Select(layer => layer with { NeuronsByBits = [], Sensitivity = null, Pattern = "" }).ToArray(),
        };
        Assert.Equal(6, Columns(full).Length);
        Assert.Equal(["Layer", "Weights kept", "Share of the work", "Bytes"], Columns(model));

        static string[] Columns(ReportModel model) => Section(Parse(HtmlReport.Render(model)), "layers")!.Descendants("thead").Single()
            .Descendants("th").Select(head => head.Value).ToArray();
    }

    [Fact]
    public void ShowsTheNumbersOfTheModel()
    {
        ReportModel model = SampleReports.Full();
        XDocument document = Parse(HtmlReport.Render(model));
        string result = document.Descendants("p").First(paragraph => (string?)paragraph.Attribute("class") == "result").Value;
        Assert.Equal("20x fewer weights, 12.2x fewer multiply-accumulates, 81x fewer bytes; a loss of 0.08 points of accuracy on the test samples.", result);
        string[][] cards = document.Descendants("dl").First().Elements("div")
            .Select(card => card.Elements().Select(part => part.Value).ToArray()).ToArray();
        Assert.Equal(["Weights that are not zero", "21,525", "before 430,500", "20x fewer"], cards[0]);
        Assert.Equal(["Validation: accuracy, points", "99.18", "before 99.24", "\u22120.06 points"], cards[4]);
        Assert.Equal(["Test: accuracy, points", "99.03", "before 99.11", "\u22120.08 points"], cards[5]);
        Assert.Equal(["Energy a run, estimate", "74.1 nJ", "before 12.6 \u00B5J", "170x less"], cards[7]);
        Assert.Contains("The knee of the curve is at 1/16 of the weights (99.12 points): beyond here each further halving costs 1.32 points.",
            Section(document, "quality")!.Value, StringComparison.Ordinal);
        Assert.Contains(model.Command, Section(document, "repeat")!.Value, StringComparison.Ordinal);
        Assert.Contains("10,000: read once", Section(document, "repeat")!.Value, StringComparison.Ordinal);
        Assert.Contains("conv2d, pruned: unstructured", Section(document, "layers")!.Value, StringComparison.Ordinal);
        XElement[] layers = Section(document, "layers")!.Descendants("tbody").Single().Elements("tr").ToArray();
        Assert.Equal(model.Layers.Count, layers.Length);
        for (int i = 0; i < layers.Length; i++)
        {
            string kept = $"{model.Layers[i].NonZeroWeights.ToString("N0", CultureInfo.InvariantCulture)} of {model.Layers[i].Weights.ToString("N0", CultureInfo.InvariantCulture)}";
            Assert.Contains(kept, layers[i].Value, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ShowsEveryClassAndTheLargestConfusions()
    {
        ReportModel model = SampleReports.Full();
        XDocument document = Parse(HtmlReport.Render(model));
        XElement[] classes = Section(document, "classes")!.Descendants("tbody").Single().Elements("tr").ToArray();
        for (int i = 0; i < 10; i++)
        {
            double before = 100.0 * model.ConfusionBefore[i][i] / model.ConfusionBefore[i].Sum(),
                after = 100.0 * model.ConfusionAfter[i][i] / model.ConfusionAfter[i].Sum();
            string[] cells = classes[i].Elements("td").Select(cell => cell.Value).ToArray();
            Assert.Equal(before.ToString("0.00", CultureInfo.InvariantCulture), cells[1]);
            Assert.Equal(after.ToString("0.00", CultureInfo.InvariantCulture), cells[2]);
            Assert.Equal((after - before).ToString("+0.00;\u22120.00;0.00", CultureInfo.InvariantCulture), cells[3]);
        }

        XElement[] rows = Section(document, "confusions")!.Descendants("tbody").Single().Elements("tr").ToArray();
        int[] changes = rows.Select(row
            => int.Parse(row.Elements("td").Last().Value.Replace('\u2212', '-'), NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture)).ToArray();
        int[] expected = Enumerable.Range(0, 100).Where(cell => cell / 10 != cell % 10)
            .Select(cell => Math.Abs(
                model.ConfusionAfter[cell / 10][cell % 10] - model.ConfusionBefore[cell / 10][cell % 10])).OrderDescending()
            .Take(10).ToArray();
        Assert.Equal(expected, changes.Select(Math.Abs));
    }

    [Fact]
    public void PointsAreWhereTheirNumbersAre()
    {
        ReportModel model = SampleReports.Full();
        XElement chart = Parse(HtmlReport.Render(model)).Descendants("svg").Single(svg => (string?)svg.Attribute("class") == "wide");
        (double X, double Y, string Words)[] points = chart.Elements("circle").Select(circle =>
            (Number(circle, "cx"), Number(circle, "cy"), circle.Element("title")!.Value)).ToArray();
        Assert.Equal(model.Curve.Count, points.Length);
        double At(string words) => points.Single(point => point.Words.StartsWith(words + " of", StringComparison.Ordinal)).X;
        Assert.Equal(At("1/2") - At("1/1"), At("1/16") - At("1/8"), 2.0);
        Assert.True(At("1/32") < At("1/40"));
        Assert.Equal(2, chart.Elements("circle").Count(circle => (string?)circle.Attribute("class") == "point-final"));
        CurvePoint[] byQuality = model.Curve.OrderByDescending(point => point.Quality).ToArray();
        string[] drawn = points.OrderBy(point => point.Y).Select(point => Regex.Match(point.Words, @": (\d+\.\d\d)").Groups[1].Value)
            .ToArray();
        Assert.Equal(byQuality.Select(point => point.Quality.ToString("0.00", CultureInfo.InvariantCulture)), drawn);
        Assert.Contains(chart.Elements("text"), text => text.Value == "knee at 1/16");
        Assert.Contains(chart.Elements("text"), text => text.Value == "original 99.24");

        static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void OddFiguresDoNotBreakIt()
    {
        ReportModel full = SampleReports.Full();
        ReportModel model = full with
        {
            Before = full.Before with { Validation = double.NaN, Microseconds = 0, Weights = 0 },
            After = full.After with { Weights = 0, MultiplyAccumulates = 0, WeightBytes = 9999999, Test = 99.11 },
            Curve = [new(1, 1, 32, double.NaN, false), new(0, 0, 4, 10, true), new(0.5, 0.5, 4, 50, true),
                new(1e-12, 0.25, 4, double.NegativeInfinity, true), new(0.5, 0.5, 4, 50, false)],
            Knee = 99,
            Layers = [full.Layers[0] with {
                Weights = 0, NonZeroWeights = 0, MultiplyAccumulates = 0, MultiplyAccumulatesLeft = 0, NeuronsByBits = [0, 0],
                    Sensitivity = double.NaN, Name = "" }],
            ConfusionBefore = Enumerable.Range(0, 10).Select(_ => new int[10]).ToArray(),
            ConfusionAfter = Enumerable.Range(0, 10).Select(_ => new int[10]).ToArray(),
        };
        XDocument document = Parse(HtmlReport.Render(model));
        Assert.DoesNotContain("NaN", document.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", document.ToString(), StringComparison.Ordinal);
        Assert.Contains("(unnamed)", Section(document, "layers")!.Value, StringComparison.Ordinal);
        Assert.Null(Section(document, "classes"));
        Assert.Contains("same mistakes", Section(document, "confusions")!.Value, StringComparison.Ordinal);
        Assert.Contains("5.8x more bytes; no change of accuracy", document.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void MatricesThatDoNotFitAreRefused()
    {
        ReportModel model = SampleReports.Full() with { ConfusionAfter = [] };
        Assert.Contains("result is not 10 x 10", Assert.Throws<ArgumentException>(() => HtmlReport.Render(model)).Message,
            StringComparison.Ordinal);
    }

    private static XElement? Section(XDocument document, string id)
        => document.Descendants("section").SingleOrDefault(section => section.Attribute("aria-labelledby")!.Value == id);

    private static XDocument Parse(string html)
    {
        Assert.StartsWith("<!DOCTYPE html>\n", html, StringComparison.Ordinal);
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            CheckCharacters = true
        });
        return XDocument.Load(reader);
    }
}
