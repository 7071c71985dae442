using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>Keeps the mean of each output where it was when weights change: bias += (W0 - W) E[x] (Nagel et al., Data-Free Quantization,
/// 2019, section 4.2, with measured means).</summary>
internal static class BiasCorrection
{
    /// <summary>What to add to the bias.</summary>
    /// <param name="original">Weights before, row by row.</param>
    /// <param name="changed">Weights after.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="means">Mean of each input; one run of <paramref name="columns"/> numbers for each group of rows that share
    /// inputs.</param>
    /// <returns>One number a row.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit each other, or a number is not finite.</exception>
    public static float[] Compute(ReadOnlySpan<float> original, ReadOnlySpan<float> changed, int rows, int columns,
        ReadOnlySpan<double> means)
    {
        Arguments.CheckMatrix(original, rows, columns, "original weights");
        Arguments.CheckMatrix(changed, rows, columns, "changed weights");
        int groups = means.Length / columns;
        if (groups == 0 || means.Length % columns != 0 || rows % groups != 0)
            throw new ArgumentException($"{means.Length} means do not fit {rows} rows of {columns} columns.");
        Arguments.CheckFinite(means, "means");
        float[] correction = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<double> mean = means.Slice(r / (rows / groups) * columns, columns);
            double sum = 0;
            for (int c = 0; c < columns; c++) sum += ((double)original[r * columns + c] - changed[r * columns + c]) * mean[c];
            correction[r] = (float)sum;
        }
        return correction;
    }
}
