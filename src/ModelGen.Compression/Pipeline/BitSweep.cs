using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Report;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// Rounds a network to several numbers of bits as it is, without training, and measures it: one row of the sweep of densities and bits.
/// </summary>
internal static class BitSweep
{
    private static readonly int[] Bits = [8, 5, 4, 3, 2];

    /// <summary>Measures; parameters and grids are afterwards as before.</summary>
    /// <param name="bench">The network, its weights not on grids.</param>
    /// <param name="output">What the compiler makes of it.</param>
    /// <param name="activations">Chooses the grids of activations.</param>
    /// <param name="weightsKept">Share of the weights that are not zero.</param>
    /// <param name="workKept">Share of the multiply-accumulates that stay.</param>
    public static IReadOnlyList<SweepPoint> Measure(
        Workbench bench, QuantizedOutput output, ActivationObserver activations, double weightsKept, double workKept)
    {
        TrainedParameter[] weights = bench.Trainer.Parameters.Where(parameter => parameter.IsWeights).ToArray();
        bench.Trainer.ApplyParameters();
        foreach ((string name, ActivationGrid grid) in activations.Choose(bench.Trainer.Parameters))
            grid.Parameters.CopyTo(bench.Trainer.Grids[name], 0);
        var points = new List<SweepPoint>();
        foreach (int bits in Bits)
        {
            foreach (TrainedParameter parameter in weights)
                parameter.Grid = WeightBits.Fit(parameter, [bits], null, bench.Settings.Threads);
            double quality = bench.MeasureQuality();
            ModelReport report = output.Compile(Optimization.Size);
            points.Add(new SweepPoint(
                weightsKept, workKept, bits, report.WeightBytes, ReportEstimates.Microseconds(report), ReportEstimates.Microjoules(report),
                quality));
        }

        foreach (TrainedParameter parameter in weights) parameter.Grid = null;
        foreach (float[] grid in bench.Trainer.Grids.Values) Array.Clear(grid);
        bench.Trainer.ApplyParameters();
        return points;
    }
}
