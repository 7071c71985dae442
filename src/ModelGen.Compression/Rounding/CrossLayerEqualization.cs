using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Rounding;

/// <summary>Makes the weight ranges of two consecutive layers equal channel by channel, which a positive homogeneous function between them
/// (ReLU, leaky ReLU, none) allows (Nagel et al., Data-Free Quantization, 2019, section 4.1).</summary>
internal static class CrossLayerEqualization
{
    /// <summary>The factor of each channel between the layers: s = sqrt(range of the first layer's row / range of the second layer's
    /// columns), within bounds, and 1 where one of the ranges is zero. Dividing by it on one side and multiplying on the other leaves the
    /// function as it is.</summary>
    /// <param name="first">Weights of the first layer; a row is a channel.</param>
    /// <param name="channels">Rows of the first layer.</param>
    /// <param name="second">Weights of the second layer; its columns are input channels of its group * taps.</param>
    /// <param name="secondRows">Rows of the second layer.</param>
    /// <param name="taps">Taps of the second layer's kernel.</param>
    /// <param name="groups">Groups of the second layer; equal to the channels for a depthwise convolution.</param>
    /// <param name="bound">Factors lie from 1 / bound to bound; at least 1.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a weight is not finite.</exception>
    public static float[] Factors(ReadOnlySpan<float> first, int channels, ReadOnlySpan<float> second, int secondRows, int taps = 1,
        int groups = 1, float bound = 100)
    {
        CheckShapes(second.Length, channels, secondRows, taps, groups);
        if (channels < 1 || first.Length % channels != 0)
            throw new ArgumentException($"{first.Length} weights are no {channels} whole rows.");
        Arguments.CheckMatrix(first, channels, first.Length / channels, "first layer's weights");
        Arguments.CheckFinite(second, "second layer's weights");
        Arguments.CheckRange(bound, 1, float.MaxValue, "bound of the factors");
        float[] secondRanges = new float[channels];
        int columns = second.Length / secondRows;
        for (int i = 0; i < second.Length; i++)
        {
            int channel = ChannelOf(i, columns, secondRows, channels, taps, groups);
            secondRanges[channel] = Math.Max(secondRanges[channel], Math.Abs(second[i]));
        }
        float[] factors = new float[channels];
        int firstColumns = first.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            float range = 0;
            foreach (float weight in first.Slice(c * firstColumns, firstColumns)) range = Math.Max(range, Math.Abs(weight));
            factors[c] = range == 0 || secondRanges[c] == 0
                ? 1
                : (float)Math.Clamp(Math.Sqrt((double)range / secondRanges[c]), 1.0 / bound, bound);
        }
        return factors;
    }

    /// <summary>Divides the rows of the first layer and its bias by the factors.</summary>
    /// <param name="values">Weights or bias of the first layer, one run of equal length for each channel; changed in place.</param>
    /// <param name="factors">The factors.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public static void DivideRows(Span<float> values, ReadOnlySpan<float> factors)
    {
        if (factors.Length == 0 || values.Length % factors.Length != 0)
            throw new ArgumentException($"{values.Length} numbers do not fit {factors.Length} channels.");
        int columns = values.Length / factors.Length;
        for (int i = 0; i < values.Length; i++) values[i] /= factors[i / columns];
    }

    /// <summary>Multiplies the columns of the second layer by the factors of their channels.</summary>
    /// <param name="second">Weights of the second layer, changed in place.</param>
    /// <param name="secondRows">Its rows.</param>
    /// <param name="factors">The factors.</param>
    /// <param name="taps">Taps of its kernel.</param>
    /// <param name="groups">Its groups.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static void MultiplyColumns(Span<float> second, int secondRows, ReadOnlySpan<float> factors, int taps = 1, int groups = 1)
    {
        CheckShapes(second.Length, factors.Length, secondRows, taps, groups);
        int columns = second.Length / secondRows;
        for (int i = 0; i < second.Length; i++) second[i] *= factors[ChannelOf(i, columns, secondRows, factors.Length, taps, groups)];
    }

    private static int ChannelOf(int index, int columns, int rows, int channels, int taps, int groups)
    {
        int group = index / columns / (rows / groups);
        return group * (channels / groups) + index % columns / taps;
    }

    private static void CheckShapes(int length, int channels, int rows, int taps, int groups)
    {
        bool valid = channels >= 1 && rows >= 1 && taps >= 1 && groups >= 1 && channels % groups == 0 && rows % groups == 0
            && length == (long)rows * (channels / groups) * taps;
        if (!valid)
        {
            throw new ArgumentException(
                $"{length} weights are no {rows} rows of {channels} channels in {groups} groups with {taps} taps.");
        }
    }
}
