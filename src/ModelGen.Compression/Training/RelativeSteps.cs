using System;
using ModelGen.Graph;

namespace ModelGen.Compression.Training;

/// <summary>
/// How large a step of the optimizer is for each element of a parameter: in proportion to the weights there (as in LARS, You et al.,
/// 2017, and Adafactor, Shazeer and Stern, 2018, but by rows and columns). A folded batch normalization leaves channels of very different
/// sizes, and the same step would be nothing for one and undo the other. Training is the same for a network whose channels are scaled
/// against each other.
/// </summary>
internal static class RelativeSteps
{
    // Rows and columns of zeros may still become something.
    private const float LeastShare = 0.1f;

    // Biases say little about the size that they ought to have.
    private const float SmallestBias = 0.01f, LargestBias = 1;

    /// <summary>The factors for a parameter.</summary>
    /// <param name="initial">Its elements before training: outputs along the first axis, inputs along the second, or a bias of rank
    /// 1.</param>
    /// <returns>A factor for each element: for weights the root mean square of its output's times that of its input's, over that of
    /// all.</returns>
    public static float[] For(Tensor initial)
    {
        float[] values = initial.ToFloats(), factors = new float[values.Length];
        if (initial.Shape.Rank < 2)
        {
            Array.Fill(factors, Math.Clamp(Root(Squares(values), values.Length), SmallestBias, LargestBias));
            return factors;
        }

        int rows = initial.Shape[0], inputs = initial.Shape[1], window = values.Length / Math.Max(1, rows * inputs);
        float[] ofRow = new float[rows], ofInput = new float[inputs];
        for (int i = 0; i < values.Length; i++)
        {
            float square = values[i] * values[i];
            ofRow[i / (inputs * window)] += square;
            ofInput[i / window % inputs] += square;
        }

        float all = Root(Squares(values), values.Length);
        if (all == 0) all = SmallestBias;
        for (int i = 0; i < values.Length; i++)
        {
            float row = Root(ofRow[i / (inputs * window)], inputs * window), input = Root(ofInput[i / window % inputs], rows * window);
            factors[i] = MathF.Max(row, LeastShare * all) * MathF.Max(input, LeastShare * all) / all;
        }

        return factors;
    }

    private static double Squares(float[] values)
    {
        double sum = 0;
        foreach (float value in values) sum += (double)value * value;
        return sum;
    }

    private static float Root(double squares, int count) => (float)Math.Sqrt(squares / Math.Max(1, count));
}
