using System;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Quantize;

/// <summary>Scales of weights, one a row, chosen by the squared error of what is kept.</summary>
internal static class RowGrids
{
    private const int Candidates = 33;

    /// <summary>Chooses the grid of a parameter.</summary>
    /// <param name="parameter">Weights with their mask.</param>
    /// <param name="bits">Bits of each row, 2 to 8.</param>
    public static WeightGridState Choose(TrainedParameter parameter, int[] bits)
    {
        var scales = new float[parameter.Rows];
        var limits = new int[parameter.Rows];
        for (int row = 0; row < scales.Length; row++)
        {
            limits[row] = (1 << (bits[row] - 1)) - 1;
            int start = row * parameter.Columns;
            scales[row] = Best(parameter.Values.AsSpan(start, parameter.Columns),
                parameter.Mask is null ? default : parameter.Mask.AsSpan(start, parameter.Columns), limits[row]);
        }

        return new WeightGridState(scales, limits);
    }

    /// <summary>The nearest number with 8 significant bits (bfloat16), so that the scale can be stored in 16.</summary>
    public static float Short(float scale)
    {
        int bits = BitConverter.SingleToInt32Bits(scale);
        return BitConverter.Int32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & unchecked((int)0xFFFF0000));
    }

    private static float Best(ReadOnlySpan<float> values, ReadOnlySpan<float> mask, int limit)
    {
        float largest = 0;
        for (int i = 0; i < values.Length; i++)
            if (mask.IsEmpty || mask[i] != 0) largest = Math.Max(largest, Math.Abs(values[i]));
        if (largest == 0) return 0;
        float best = 0;
        double least = double.PositiveInfinity;
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            float scale = Short(largest / limit * (1 - 0.65f * candidate / Candidates));
            if (scale <= 0) continue;
            float inverse = 1 / scale;
            double error = 0;
            for (int i = 0; i < values.Length && error < least; i++)
            {
                if (!mask.IsEmpty && mask[i] == 0) continue;
                float rounded = MathF.Round(Math.Clamp(values[i] * inverse, -limit, limit)) * scale;
                error += (double)(values[i] - rounded) * (values[i] - rounded);
            }

            if (error >= least) continue;
            least = error;
            best = scale;
        }

        return best;
    }
}
