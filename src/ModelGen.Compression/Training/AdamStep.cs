using System;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ModelGen.Compression.Training;

/// <summary>
/// A step of Adam (Kingma and Ba, 2015) on a parameter, eight or more weights at a time. Steps become smaller while gradients are larger
/// than they used to be (update clipping, Shazeer and Stern, "Adafactor", 2018): a network that starts as its own teacher begins with
/// gradients of nothing, and without that their growth would throw it far off.
/// </summary>
internal static class AdamStep
{
    private const float FirstDecay = 0.9f, SecondDecay = 0.999f, Epsilon = 1e-8f, Tiny = 1e-30f;

    /// <summary>Updates values and moments from the gradient.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="rate">Learning rate, relative to the size of the weights (<see cref="TrainedParameter.Steps"/>).</param>
    /// <param name="steps">Number of this step, from 1.</param>
    public static void Apply(TrainedParameter parameter, float rate, int steps)
    {
        float step = rate / (1 - MathF.Pow(FirstDecay, steps)), scale = 1 / MathF.Sqrt(1 - MathF.Pow(SecondDecay, steps));
        Span<float> gradient = parameter.Gradient, m = parameter.FirstMoment, v = parameter.SecondMoment, values = parameter.Values;

        // A masked weight has no momentum, but what its gradients are like stays known: one that comes back would else seem to have grown
        // from nothing, and the steps of all others would be clipped.
        if (parameter.Mask is not null) TensorPrimitives.Multiply(m, parameter.Mask, m);
        double excess = Moments(gradient, parameter.Mask, m, v, scale * scale) / Math.Max(1, parameter.Kept);
        step /= Math.Max(1, (float)Math.Sqrt(excess));
        Span<Vector<float>> ms = Vectors(m), vs = Vectors(v), all = Vectors(values), factors = Vectors(parameter.Steps);
        for (int i = 0; i < ms.Length; i++)
            all[i] -= ms[i] * factors[i] * step / (Vector.SquareRoot(vs[i]) * scale + new Vector<float>(Epsilon));
        for (int i = ms.Length * Vector<float>.Count; i < m.Length; i++)
            values[i] -= m[i] * parameter.Steps[i] * step / (MathF.Sqrt(v[i]) * scale + Epsilon);
    }

    // Updates the moments; returns the sum of squared gradients over their expected squares, of weights that are kept. Moments that fade
    // would end in denormal numbers, which are a hundred times as slow.
    private static double Moments(Span<float> gradient, float[]? mask, Span<float> m, Span<float> v, float scale)
    {
        Span<Vector<float>> gradients = Vectors(gradient), masks = Vectors(mask), ms = Vectors(m), vs = Vectors(v);
        Vector<float> ratios = Vector<float>.Zero, tiny = new(Tiny);
        for (int i = 0; i < gradients.Length; i++)
        {
            Vector<float> all = gradients[i], g = mask is null ? all : all * masks[i],
                first = ms[i] * FirstDecay + g * (1 - FirstDecay), second = vs[i] * SecondDecay + all * all * (1 - SecondDecay);
            ms[i] = Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(first), tiny), Vector<float>.Zero, first);
            vs[i] = Vector.ConditionalSelect(Vector.LessThan(second, tiny), Vector<float>.Zero, second);
            ratios += g * g / Vector.Max(second * scale, tiny);
        }

        double sum = Vector.Sum(ratios);
        for (int i = gradients.Length * Vector<float>.Count; i < gradient.Length; i++)
        {
            float all = gradient[i], g = mask is null ? all : all * mask[i],
                first = m[i] * FirstDecay + g * (1 - FirstDecay), second = v[i] * SecondDecay + all * all * (1 - SecondDecay);
            m[i] = MathF.Abs(first) < Tiny ? 0 : first;
            v[i] = second < Tiny ? 0 : second;
            sum += g * g / MathF.Max(second * scale, Tiny);
        }

        return sum;
    }

    private static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}
