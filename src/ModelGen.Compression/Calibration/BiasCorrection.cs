using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>Keeps the mean of each output where it was when weights W and inputs x become V and x': bias += W E[x] - V E[x'] (Nagel et al.,
/// Data-Free Quantization, 2019, section 4.2, with measured means).</summary>
internal static class BiasCorrection
{
    /// <summary>What to add to the bias.</summary>
    /// <param name="original">Weights before, row by row.</param>
    /// <param name="changed">Weights after.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="originalMeans">Mean of each input before; one run of <paramref name="columns"/> numbers for each group of rows that
    /// share inputs.</param>
    /// <param name="means">Mean of each input after.</param>
    /// <returns>One number a row.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit each other, or a number is not finite.</exception>
    public static float[] Compute(ReadOnlySpan<float> original, ReadOnlySpan<float> changed, int rows, int columns,
        ReadOnlySpan<double> originalMeans, ReadOnlySpan<double> means)
    {
        Arguments.CheckMatrix(original, rows, columns, "original weights");
        Arguments.CheckMatrix(changed, rows, columns, "changed weights");
        int groups = means.Length / columns;
        if (groups == 0 || means.Length % columns != 0 || rows % groups != 0)
            throw new ArgumentException($"{means.Length} means do not fit {rows} rows of {columns} columns.");
        if (originalMeans.Length != means.Length) throw new ArgumentException($"{originalMeans.Length} means became {means.Length}.");
        Arguments.CheckFinite(originalMeans, "means before");
        Arguments.CheckFinite(means, "means");
        float[] correction = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            int first = r / (rows / groups) * columns;
            double sum = 0;
            for (int c = 0; c < columns; c++)
                sum += original[r * columns + c] * originalMeans[first + c] - changed[r * columns + c] * means[first + c];
            correction[r] = (float)sum;
        }
        return correction;
    }
}
