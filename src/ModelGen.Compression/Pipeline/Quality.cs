using System;
using System.Numerics.Tensors;
using ModelGen.Compression.Data;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// How good a network's answers are, in points from 0 to 100: accuracy where there are labels, else agreement with the original network:
/// the same class, or the share of the variance of its outputs that is kept.
/// </summary>
internal static class Quality
{
    /// <summary>Measures answers.</summary>
    /// <param name="outputs">Outputs, [samples, outputs].</param>
    /// <param name="original">Outputs of the original network.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="loss">Whether the network classifies.</param>
    public static double Measure(float[] outputs, float[] original, SampleSet samples, TrainingLoss loss)
    {
        if (loss == TrainingLoss.MeanSquared && samples.Labels is null) return Explained(outputs, original);
        int size = outputs.Length / samples.Count, right = 0;
        for (int i = 0; i < samples.Count; i++)
        {
            int answer = Largest(outputs, i, size);
            if (answer == (samples.Labels is null ? Largest(original, i, size) : samples.Labels[i])) right++;
        }

        return 100.0 * right / samples.Count;
    }

    /// <summary>What <see cref="Measure"/> measures, in words.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="loss">Whether the network classifies.</param>
    public static string NameOf(SampleSet samples, TrainingLoss loss) => samples.Labels is not null ? "accuracy"
        : loss == TrainingLoss.MeanSquared ? "variance of the original's outputs kept" : "agreement with the original network";

    /// <summary>Index of the largest output of a sample.</summary>
    public static int Largest(float[] outputs, int sample, int size) => TensorPrimitives.IndexOfMax(outputs.AsSpan(sample * size, size));

    private static double Explained(float[] outputs, float[] original)
    {
        double mean = TensorPrimitives.Sum<float>(original) / (double)original.Length, error = 0, variance = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            error += Math.Pow(outputs[i] - original[i], 2);
            variance += Math.Pow(original[i] - mean, 2);
        }

        return 100 * (1 - error / Math.Max(variance, double.Epsilon));
    }
}
