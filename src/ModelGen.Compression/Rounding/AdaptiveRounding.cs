using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Rounding;

/// <summary>Rounds the weights of a layer so that its outputs, not its weights, stay close: each rounding error is made up for by the
/// weights still to be rounded (GPTQ, Frantar et al., 2022). A row for which nearest rounding happens to be better gets that.</summary>
internal static class AdaptiveRounding
{
    /// <summary>Rounds a layer.</summary>
    /// <param name="weights">Weights, row by row; not changed.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="hessian">Second moments of the inputs.</param>
    /// <param name="grid">The grid of each row.</param>
    /// <param name="keep">For each weight whether it stays; the others are zero before and after. Null where all stay.</param>
    /// <param name="options">Settings, or null for the usual ones.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a weight is not finite, or a weight outside the mask is not
    /// zero.</exception>
    public static RoundingResult Round(float[] weights, int columns, InputHessian hessian, WeightGrid grid, bool[]? keep = null,
        RoundingOptions? options = null)
    {
        options ??= new RoundingOptions();
        int rows = grid.Rows;
        Arguments.CheckMatrix(weights, rows, columns, "weights");
        hessian.CheckFits(rows, columns);
        CheckMask(weights, rows, columns, keep);
        float[] swept = new float[weights.Length];
        bool[] all = new bool[weights.Length];
        Array.Fill(all, true);
        bool support = keep != null && columns <= options.SupportColumns;
        IReadOnlyList<SupportGroup> groups = SupportGroup.Collect(support ? keep : all, rows, hessian);
        bool few = groups.Count < 2 * Environment.ProcessorCount;
        Workers.Run(groups.Count, few ? 1 : options.Threads, g =>
            RoundGroup(weights, swept, columns, groups[g], hessian, grid, support ? null : keep, options, few ? options.Threads : 1));
        return Choose(weights, swept, rows, columns, hessian, grid, options.Threads);
    }

    private static void RoundGroup(float[] weights, float[] swept, int columns, SupportGroup group, InputHessian hessian, WeightGrid grid,
        bool[]? keep, RoundingOptions options, int threads)
    {
        if (group.Columns.Length == 0) return;
        int[] order = group.Columns;
        if (options.OrderByCurvature)
        {
            double[] keys = [.. order.Select(c => -hessian[group.Group][c, c])];
            order = [.. Ranking.Ascending(keys).Select(i => group.Columns[i])];
        }
        InverseHessianFactor factor = hessian.Factor(group.Group, order, options.Dampening,
            h => InverseHessianFactor.TryCreate(h, threads));
        WorkingRows working = new(weights, columns, [.. group.Rows], order);

        // Lazy updates work on tiles of eight rows: they pay where a tile is at least half full.
        int block = group.Rows.Count >= Tiles.Width / 2 ? ColumnSweep.DefaultBlock : Tiles.RoundUp(order.Length);
        RoundRule rule = new(grid, group.Rows, order, keep, columns);
        ColumnSweep.Run(working.Values, working.Stride, group.Rows.Count, factor, block, threads, rule);
        working.Store(swept);
    }

    private static RoundingResult Choose(float[] weights, float[] swept, int rows, int columns, InputHessian hessian, WeightGrid grid,
        int threads)
    {
        sbyte[] codes = grid.Quantize(swept);
        sbyte[] nearest = grid.Quantize(weights);
        double[] losses = new double[rows];
        Workers.Run(rows, threads, r =>
        {
            SymmetricMatrix moments = hessian[hessian.GroupOf(r, rows)];
            double sweptLoss = Loss(codes, r, moments);
            double nearestLoss = Loss(nearest, r, moments);
            losses[r] = Math.Min(sweptLoss, nearestLoss);
            if (nearestLoss < sweptLoss) nearest.AsSpan(r * columns, columns).CopyTo(codes.AsSpan(r * columns));
        });
        return new RoundingResult(codes, grid.Dequantize(codes), losses.Sum());

        double Loss(sbyte[] integers, int row, SymmetricMatrix moments)
        {
            double[] difference = new double[columns];
            for (int c = 0; c < columns; c++)
                difference[c] = integers[row * columns + c] * (double)grid.Scales[row] - weights[row * columns + c];
            return 0.5 * moments.QuadraticForm(difference);
        }
    }

    private static void CheckMask(float[] weights, int rows, int columns, bool[]? keep)
    {
        if (keep == null) return;
        Arguments.CheckShape(keep.Length, rows, columns, "mask");
        for (int i = 0; i < keep.Length; i++)
        {
            if (!keep[i] && weights[i] != 0)
                throw new ArgumentException($"Weight {i % columns} of row {i / columns} is outside the mask but not zero: {weights[i]}.");
        }
    }
}
