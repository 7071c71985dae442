using System;
using System.Linq;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Verification;

/// <summary>Ranks the elements of a sample, as classification does with scores.</summary>
internal static class TopOne
{
    /// <summary>Finds the largest element of a sample; the first of several, NaN counting as smallest.</summary>
    /// <param name="tensor">All samples.</param>
    /// <param name="sample">Number of the sample.</param>
    /// <param name="samples">Number of samples in the tensor.</param>
    /// <returns>Its place in the sample, or -1 when the sample is empty.</returns>
    public static int IndexOfLargest(NumericTensor tensor, int sample, int samples)
    {
        int length = tensor.Length / samples;
        int best = -1;
        double largest = double.NaN;
        for (int i = 0; i < length; i++)
        {
            double value = tensor.ToDouble(sample * length + i);
            if (best >= 0 && !(value > largest || double.IsNaN(largest))) continue;
            if (best >= 0 && double.IsNaN(value)) continue;
            best = i;
            largest = value;
        }
        return best;
    }

    /// <summary>The largest elements of a sample, largest first.</summary>
    /// <param name="tensor">All samples.</param>
    /// <param name="sample">Number of the sample.</param>
    /// <param name="samples">Number of samples in the tensor.</param>
    /// <param name="count">How many at most.</param>
    public static (int Index, double Value)[] Largest(NumericTensor tensor, int sample, int samples, int count)
    {
        int length = tensor.Length / samples;
        return Enumerable.Range(0, length)
            .Select(i => (Index: i, Value: tensor.ToDouble(sample * length + i)))
            .OrderByDescending(e => e.Value)
            .Take(Math.Min(count, length))
            .ToArray();
    }
}
