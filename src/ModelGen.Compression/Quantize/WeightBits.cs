using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Sensitivity;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Quantize;

/// <summary>Bits of each neuron's weights: few where rounding changes the loss little.</summary>
internal static class WeightBits
{
    private const int Most = 8;

    /// <summary>Gives every neuron the same bits.</summary>
    public static int[][] Uniform(IReadOnlyList<TrainedParameter> weights, int bits) =>
        weights.Select(parameter => Enumerable.Repeat(bits, parameter.Rows).ToArray()).ToArray();

    /// <summary>
    /// Allocates bits by the Fisher information of the weights; the low-impact half of the neurons gets 2 to 5 bits, 37 to 75 % fewer
    /// than 8. A mean of 8 leaves no choice.
    /// </summary>
    /// <param name="weights">Weights with their masks.</param>
    /// <param name="information">Mean squared gradients of each, such as Adam's second moments; all zero where nothing is known.</param>
    /// <param name="meanBits">Mean bits of a weight that is not zero.</param>
    /// <param name="threads">Threads.</param>
    /// <returns>Bits of each row of each parameter.</returns>
    public static int[][] Allocate(
        IReadOnlyList<TrainedParameter> weights, IReadOnlyList<float[]> information, double meanBits, int threads)
    {
        var options = new WeightGridOptions(ShortScales: true, Threads: threads);
        int[][] result = Uniform(weights, (int)Math.Round(meanBits));
        if (meanBits >= Most) return result;

        // Rows on one scale need the fewer bits the smaller they are; a coarser grid for some would cut them.
        int[] own = Enumerable.Range(0, weights.Count).Where(i => !weights[i].SharesScale).ToArray();
        if (own.Length == 0) return result;
        RowLosses[] losses = own.Select(i => RowLosses.Measure(
            weights[i].Masked(), weights[i].Rows, weights[i].Columns,
            WeightImportance.FromFisher(Importance(weights[i], information[i])), options)).ToArray();
        int[] bits = BitAllocation.ForMeanBits(RowLosses.Join(losses), meanBits, new BitAllocationOptions(LowImpactShare: 0.5)).Bits;
        int start = 0;
        foreach (int i in own)
        {
            result[i] = bits[start..(start + weights[i].Rows)];
            start += weights[i].Rows;
        }

        return result;
    }

    /// <summary>The grid of a parameter's weights as they are now.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="bits">Bits of each row, or one number for all.</param>
    /// <param name="importance">How much each weight counts, or <see langword="null"/> for all the same.</param>
    /// <param name="threads">Threads.</param>
    public static WeightGrid Fit(TrainedParameter parameter, int[] bits, WeightImportance? importance, int threads) => WeightGrid.Fit(
        parameter.Masked(), parameter.Rows, parameter.Columns, bits, importance,
        new WeightGridOptions(true, parameter.SharesScale, threads));

    // Single gradients are noisy; half of what counts is the mean of the layer.
    private static float[] Importance(TrainedParameter parameter, float[] information)
    {
        var importance = (float[])information.Clone();
        if (parameter.Mask is not null) TensorPrimitives.Multiply(importance, parameter.Mask, importance);
        float mean = importance.Sum() / Math.Max(1, parameter.Kept);
        for (int i = 0; i < importance.Length; i++) importance[i] = (importance[i] + mean) / 2;
        return mean > 0 ? importance : importance.Select(_ => 1f).ToArray();
    }
}
