using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelGen.Compression.Report;
using Xunit;

namespace ModelGen.Compression.Tests.Report;

/// <summary>
/// How a report looks in a browser. The page is shown in a frame of the wanted size, because a window cannot be as narrow as a phone; the
/// copy that is looked at has a script, which the policy of the report itself would forbid. Set MODELGEN_SCREENSHOTS to a folder to keep
/// pictures.
/// </summary>
public class LayoutTests
{
    private const string Probe =
        """
        <script>
        addEventListener('load', function () {
          var view = document.documentElement, problems = [];
          function name(e) { return e.tagName + '.' + (e.getAttribute('class') || '') + ' "' + e.textContent.slice(0, 30) + '"'; }
          document.querySelectorAll('body *').forEach(function (e) {
            var box = e.getBoundingClientRect();
            if (box.width === 0 || e.closest('.scroll') && !e.matches('.scroll')) return;
            if (box.right > view.clientWidth + 0.5 || box.left < -0.5) problems.push('outside the page: ' + name(e));
          });
          document.querySelectorAll('svg.wide text, svg.narrow text, svg.map text').forEach(function (e) {
            var box = e.getBoundingClientRect(), frame = e.ownerSVGElement.getBoundingClientRect();
            if (box.width === 0) return;
            if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
              problems.push('outside its drawing: ' + name(e));
            if (e.getAttribute('class') !== 'number'
                && parseFloat(getComputedStyle(e).fontSize) * frame.width / e.ownerSVGElement.viewBox.baseVal.width < 9)
              problems.push('too small: ' + name(e));
          });
          parent.document.getElementById('found').textContent = JSON.stringify({
            scroll: view.scrollWidth, client: view.clientWidth,
                columns: getComputedStyle(document.querySelector('.cards')).gridTemplateColumns.split(' ').length,
            wide: document.querySelectorAll('svg.wide').length,
                shown: getComputedStyle(document.querySelector('svg.wide') || document.body).display,
            ground: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
                problems: problems.slice(0, 5) });
        });
        </script>
        """;

    public static TheoryData<string, int, int, bool> Views()
    {
        var data = new TheoryData<string, int, int, bool>();
        foreach (string report in (string[])["full", "malicious"])
        {
            data.Add(report, 390, 844, false);
            data.Add(report, 390, 844, true);
            data.Add(report, 1280, 900, false);
            data.Add(report, 1280, 900, true);
        }

        data.Add("twenty", 390, 844, false);
        data.Add("bare", 320, 640, true);
        return data;
    }

    [ChromiumTheory]
    [MemberData(nameof(Views))]
    public void NothingOverflows(string report, int width, int height, bool isDark)
    {
        string folder = Directory.CreateTempSubdirectory("modelgen-report-").FullName;
        try
        {
            string html = HtmlReport.Render(report switch
            {
                "malicious" => SampleReports.Malicious(),
                "twenty" => SampleReports.Full(20),
                "bare" => SampleReports.Bare(),
                _ => SampleReports.Full(),
            });
            string framed = Path.Combine(folder, "framed.html");
            File.WriteAllText(framed, Framed(html, width, height));
            Keep(framed, report, width, isDark);
            string dom = Chromium.DumpDom(framed, isDark);
            string found = WebUtility.HtmlDecode(Regex.Match(dom, "<pre id=\"found\">(.*?)</pre>",
                RegexOptions.Singleline).Groups[1].Value);
            Assert.NotEmpty(found);
            JsonElement measured = JsonDocument.Parse(found).RootElement;
            Assert.Equal("[]", measured.GetProperty("problems").GetRawText());
            Assert.Equal(width, measured.GetProperty("client").GetInt32());
            Assert.True(measured.GetProperty("scroll").GetInt32() <= width, found);
            Assert.Equal(width < 560 ? 1 : 4, measured.GetProperty("columns").GetInt32());
            if (measured.GetProperty("wide").GetInt32() > 0) Assert.Equal(width < 560 ? "none" : "block",
                measured.GetProperty("shown").GetString());
            Assert.Equal(isDark, Luminance(measured.GetProperty("ground").GetString()!) < 0.2);
            Assert.Equal(!isDark, Luminance(measured.GetProperty("ink").GetString()!) < 0.2);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Framed(string html, int width, int height)
    {
        string copy = Regex.Replace(html, "<meta http-equiv=\"Content-Security-Policy\"[^>]*/>", "", RegexOptions.None)
            .Replace("</body>", Probe + "</body>", StringComparison.Ordinal);
        Assert.NotEqual(html, copy);

        // The colour scheme of the outer page must be open too, or the frame's canvas is that of the outer page.
        return string.Create(CultureInfo.InvariantCulture,
            $"<!DOCTYPE html><meta charset=\"utf-8\"/><meta name=\"color-scheme\" content=\"light dark\"/>"
            + $"<body style=\"margin:0\"><iframe style=\"border:0;display:block\" width=\"{width}\" height=\"{height}\" scrolling=\"no\""
            + $" srcdoc=\"{WebUtility.HtmlEncode(copy)}\"></iframe><pre id=\"found\"></pre>");
    }

    // For people; the assertions do not need pictures.
    private static void Keep(string framed, string report, int width, bool isDark)
    {
        if (Environment.GetEnvironmentVariable("MODELGEN_SCREENSHOTS") is not { Length: > 0 } folder) return;
        string tall = Path.ChangeExtension(framed, ".tall.html");
        string html = Regex.Replace(File.ReadAllText(framed), "height=\"[0-9]+\" scrolling", width < 560 ? "height=\"6400\" scrolling"
            : "height=\"4200\" scrolling");
        File.WriteAllText(tall, html);
        string name = FormattableString.Invariant($"{report}-{width}-{(isDark ? "dark" : "light")}.png");
        Chromium.Screenshot(tall, isDark, Math.Max(width, 500), width < 560 ? 6400 : 4200, Path.Combine(folder, name));
    }

    private static double Luminance(string color)
    {
        MatchCollection parts = Regex.Matches(color, "[0-9]+");
        double Channel(int i) => double.Parse(parts[i].Value, CultureInfo.InvariantCulture) / 255;
        return 0.2126 * Channel(0) + 0.7152 * Channel(1) + 0.0722 * Channel(2);
    }
}
