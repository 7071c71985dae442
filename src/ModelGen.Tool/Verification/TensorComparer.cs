using System;
using System.Globalization;
using System.Linq;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Verification;

/// <summary>Compares outputs with expected values.</summary>
internal static class TensorComparer
{
    /// <summary>Compares element by element: equal means |actual - expected| is at most atol + rtol * |expected|, or both are
    /// NaN.</summary>
    /// <param name="actual">What the model gave.</param>
    /// <param name="expected">What was expected, in any element type; dimensions of 1 may be missing or added.</param>
    /// <param name="origin">Where the expected values come from, for messages.</param>
    /// <param name="samples">Number of samples in both.</param>
    /// <param name="tolerance">Absolute and relative tolerance.</param>
    /// <param name="step">Quantization step of the output, or 0.</param>
    /// <exception cref="ToolException">The shapes differ.</exception>
    public static OutputComparison Compare(
        NamedTensor actual, NumericTensor expected, string origin, int samples, Tolerance tolerance, double step)
    {
        NumericTensor tensor = actual.Tensor;
        if (!Significant(tensor).SequenceEqual(Significant(expected)))
        {
            string shape = TensorNames.Shape(tensor.Dimensions);
            throw new ToolException(
                $"{origin}: shape {TensorNames.Shape(expected.Dimensions)} is not that of output '{actual.Name}' {shape}");
        }

        double maximumAbsolute = 0, maximumRelative = 0;
        int mismatches = 0, identical = 0, worst = -1;
        for (int i = 0; i < tensor.Length; i++)
        {
            double difference = Difference(tensor, expected, i);
            if (difference == 0)
            {
                identical++;
                continue;
            }
            double magnitude = Math.Abs(expected.ToDouble(i));
            if (!(difference <= tolerance.Absolute + tolerance.Relative * magnitude)) mismatches++; // also when NaN
            if (worst < 0 || difference > maximumAbsolute || (double.IsNaN(difference) && !double.IsNaN(maximumAbsolute)))
            {
                maximumAbsolute = difference;
                worst = i;
            }
            if (magnitude > 0) maximumRelative = Math.Max(maximumRelative, difference / magnitude);
        }

        int sampleLength = tensor.Length / samples;
        return new OutputComparison(
            actual.Name, tensor.Length, maximumAbsolute, maximumRelative, step > 0
                ? maximumAbsolute / step : null, mismatches, identical, samples,
            CountAgreements(tensor, expected, samples),
            worst < 0 ? null : new WorstElement(worst / sampleLength, worst % sampleLength, tensor.ToDouble(worst),
                expected.ToDouble(worst)));
    }

    /// <summary>Counts the samples whose largest element is where the label says.</summary>
    /// <param name="output">Scores, one row a sample.</param>
    /// <param name="labels">One class number a sample.</param>
    /// <param name="origin">Where the labels come from, for messages.</param>
    /// <param name="samples">Number of samples.</param>
    /// <exception cref="ToolException">The labels are not one integer a sample.</exception>
    public static int CountCorrect(NumericTensor output, NumericTensor labels, string origin, int samples)
    {
        if (labels.Length != samples)
            throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                $"{origin}: has {labels.Length} labels for {samples} samples"));
        NumericTensor numbers = TensorConverter.Convert(labels, TensorElementType.Int64, origin);
        int correct = 0;
        for (int sample = 0; sample < samples; sample++)
        {
            if (numbers.ToInteger(sample) == TopOne.IndexOfLargest(output, sample, samples)) correct++;
        }
        return correct;
    }

    private static int CountAgreements(NumericTensor actual, NumericTensor expected, int samples)
    {
        int agreements = 0;
        for (int sample = 0; sample < samples; sample++)
        {
            if (TopOne.IndexOfLargest(actual, sample, samples) == TopOne.IndexOfLargest(expected, sample, samples)) agreements++;
        }
        return agreements;
    }

    private static double Difference(NumericTensor actual, NumericTensor expected, int index)
    {
        if (!actual.IsFloat && !expected.IsFloat) return (double)Int128.Abs(actual.ToInteger(index) - expected.ToInteger(index));
        double a = actual.ToDouble(index), b = expected.ToDouble(index);
        if (a.Equals(b) || a == b) return 0; // equal infinities, both NaN, zeros of both signs
        return Math.Abs(a - b);
    }

    private static int[] Significant(NumericTensor tensor) => tensor.Dimensions.ToArray().Where(d => d != 1).ToArray();
}
