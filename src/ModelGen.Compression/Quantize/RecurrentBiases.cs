using System;
using System.Numerics.Tensors;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Quantize;

/// <summary>
/// Biases of recurrent layers in as few bits as do no harm. A layer has two for each gate, which are added; all of it goes to the first and
/// is rounded to a byte, in steps of a power of two.
/// </summary>
internal static class RecurrentBiases
{
    private const int Steps = 127;

    // Steps of what is smaller would be no normal numbers; in a gate it is nothing.
    private const float Faded = 1e-30f;

    /// <summary>Shortens biases.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="biases">[2, gates * hidden units], biases of inputs first.</param>
    public static float[] Shorten(Recurrent layer, ReadOnlySpan<float> biases)
    {
        float[] result = biases.ToArray();
        int gates = result.Length / 2;

        // A GRU may multiply the last third of the second half by the reset gate; then the two are different things.
        int added = layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: true } ? 2 * layer.Hidden : gates;
        for (int i = 0; i < added; i++)
        {
            result[i] += result[gates + i];
            result[gates + i] = 0;
        }

        Round(result.AsSpan(0, gates));
        Round(result.AsSpan(gates));
        return result;
    }

    private static void Round(Span<float> values)
    {
        float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(values));
        if (largest < Faded)
        {
            values.Clear();
            return;
        }

        float step = MathF.ScaleB(1, (int)Math.Ceiling(Math.Log2(largest / Steps)));

        // Adding zero makes a negative one positive, which takes fewer bytes.
        foreach (ref float value in values) value = MathF.Round(value / step) * step + 0f;
    }
}
