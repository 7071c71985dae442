using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Report;

namespace ModelGen.Compression.Tests.Report;

/// <summary>Reports with known numbers.</summary>
internal static class SampleReports
{
    /// <summary>A name that would end an attribute, an element and a comment, with characters that XML forbids.</summary>
    public const string Hostile = "\"'/><script>alert(1)</script><!-- ]]> & \0\u0001\u202E\uD800 \uFFFF javascript:x";

    private static readonly string[] Operations = ["conv2d", "conv2d", "lstm", "fully_connected", "fully_connected"];

    /// <summary>Every section has data.</summary>
    /// <param name="classes">Number of classes.</param>
    public static ReportModel Full(int classes = 10) => new(
        "lenet5.onnx",
        "modelgen compress lenet5.onnx --calibration train.npy.gz --labels labels.npy --sparsity 0.95 --bits auto -o small.onnx --report report.html",
        "0.1.0", 7, 12, 50000, 5000, 10000, "accuracy", "accuracy",
        new ReportTotals(430500, 2293000, 2293000, 1724320, 1725567, 99.24, 99.11, 139.4, 12.6),
        new ReportTotals(21525, 152700, 187430, 21204, 63911, 99.18, 99.03, 31.2, 0.0741),
        Curve(), 4, 1.32, Layers(), Enumerable.Range(0, classes)
            .Select(index => index == 3 ? "a class with a rather long name" : $"class {index}").ToArray(), "test",
        Confusion(classes, 11), Confusion(classes, 29))
    {
        Sweep = [.. from level in Enumerable.Range(1, 4)
                    from bits in (int[])[8, 5, 4, 3, 2]
                    select new SweepPoint(Math.Pow(0.5, level), Math.Pow(0.6, level), bits, 430_500L * bits / 8 >> level, 139.4 / level,
                        12.6 / level / (9 - bits),
                        99.2 - level * level * 0.04 - 20 / Math.Pow(3, bits))],
    };

    /// <summary>Nothing but totals: no samples to test with, no labels, one point.</summary>
    public static ReportModel Bare() => Full() with
    {
        TestSamples = 0,
        QualityName = "agreement with the original network",
        TestQualityName = "",
        Before = new ReportTotals(100, 1000, 1000, 400, 900, 100, null, null, null),
        After = new ReportTotals(10, 90, 100, 20, 300, 99.5, null, null, null),
        Curve = [],
        Sweep = [],
        Knee = null,
        PointsPerHalving = null,
        Layers = [],
        Classes = [],
        ConfusionSource = "",
        ConfusionBefore = [],
        ConfusionAfter = [],
    };

    /// <summary>All names try to break out.</summary>
    public static ReportModel Malicious() => Full() with
    {
        Model = Hostile,
        Command = Hostile,
        Version = Hostile,
        QualityName = Hostile,
        TestQualityName = Hostile,
        ConfusionSource = Hostile,
        Layers = Layers().Select(layer => layer with { Name = Hostile, Operation = Hostile, Pattern = Hostile }).ToArray(),
        Classes = Enumerable.Repeat(Hostile, 10).ToArray(),
    };

    private static CurvePoint[] Curve() =>
    [
        new(1, 1, 32, 99.24, false), new(0.5, 0.61, 32, 99.26, false), new(0.25, 0.38, 32, 99.22, false), new(0.125, 0.21, 32, 99.2, false),
        new(0.0625, 0.12, 32, 99.12, false), new(0.03125, 0.06, 32, 97.9, false), new(0.05, 0.0817, 3.4, 99.18, true),
            new(0.025, 0.05, 3.2, 98.4, true),
    ];

    private static ReportLayer[] Layers() => Operations.Select((operation, index) =>
    {
        long weights = 500L * (index + 1) * (index + 1) * 40, work = weights * (operation == "conv2d" ? 576 : 1);
        int[] neurons = index == 4 ? [.. new int[32], 10] : [3 * index, 0, 8, 12 + index, 20, 9, 4, index, 2];
        return new ReportLayer(
            index == 1 ? "/model/features/block_2/conv/depthwise_separable/Conv" : $"/layer{index}/Op", operation, weights,
                weights / (4 * (index + 2)), work,
            work / (3 * (index + 2)), weights / 9, "unstructured", neurons, index == 3 ? null : 1.0 / (1 + index * index * 30));
    }).ToArray();

    private static int[][] Confusion(int classes, int seed)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, classes).Select(row => Enumerable.Range(0, classes)
            .Select(column => row == column ? 950 + random.Next(40) : random.Next(4) == 0 ? random.Next(14) : 0).ToArray()).ToArray();
    }
}
