using System;
using ModelGen.Compression.Rounding;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Quantize;

/// <summary>
/// Biases of recurrent layers in as few bits as do no harm. A layer has two for each gate, which are added; all of it goes to the first and
/// is rounded to 8 significant bits, far finer than its weights.
/// </summary>
internal static class RecurrentBiases
{
    /// <summary>Shortens biases.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="biases">[2, gates * hidden units], biases of inputs first.</param>
    public static float[] Shorten(Recurrent layer, ReadOnlySpan<float> biases)
    {
        float[] result = biases.ToArray();
        int gates = result.Length / 2;

        // A GRU may multiply the last third of the second half by the reset gate; then the two are different things.
        int added = layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: true } ? 2 * layer.Hidden : gates;
        for (int i = 0; i < gates; i++)
        {
            result[i] = WeightGrid.RoundToBFloat16(i < added ? result[i] + result[gates + i] : result[i]);
            result[gates + i] = i < added ? 0 : WeightGrid.RoundToBFloat16(result[gates + i]);
        }

        return result;
    }
}
