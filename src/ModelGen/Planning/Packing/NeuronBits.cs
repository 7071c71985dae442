using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning.Packing;

/// <summary>Bits that the weights of each neuron (output channel) need.</summary>
/// <param name="Mean">Mean over the neurons; 0 without weights.</param>
/// <param name="Histogram">Number of neurons by bits, from 0 (all weights zero) to the most that one needs.</param>
internal sealed record NeuronBits(double Mean, EquatableArray<int> Histogram)
{
    /// <summary>A layer without weights.</summary>
    public static NeuronBits None { get; } = new(0, default);

    /// <summary>Collects the bits of neurons.</summary>
    public static NeuronBits Of(IReadOnlyCollection<int> bits)
    {
        if (bits.Count == 0) return None;
        var histogram = new int[bits.Max() + 1];
        foreach (int width in bits) histogram[width]++;
        return new NeuronBits(bits.Average(), new(histogram));
    }

    /// <summary>The bits of integer weights.</summary>
    /// <param name="values">Weights, neuron by neuron.</param>
    /// <param name="neurons">Number of neurons.</param>
    public static NeuronBits Of(int[] values, int neurons) => Of(SignedBits.OfRows(values, neurons));

    /// <summary>Neurons with float32 weights.</summary>
    public static NeuronBits Floats(int neurons) => Of(Enumerable.Repeat(32, neurons).ToArray());

    /// <summary>The same with further neurons, of no bits.</summary>
    public NeuronBits WithUnused(int neurons)
    {
        if (neurons == 0) return this;
        int used = Histogram.Sum();
        int[] histogram = [.. Histogram];
        histogram[0] += neurons;
        return new NeuronBits(Mean * used / (used + neurons), new(histogram));
    }

    /// <summary>For example <c>3.8 bits a weight (2 to 8)</c>; neurons without weights do not count for the range.</summary>
    public string Describe()
    {
        int[] used = Enumerable.Range(1, Math.Max(0, Histogram.Count - 1)).Where(bits => Histogram[bits] > 0).ToArray();
        string range = used.Length < 2 ? "" : FormattableString.Invariant($" ({used[0]} to {used[used.Length - 1]})");
        return FormattableString.Invariant($"{Mean:0.#} bits a weight{range}");
    }
}
