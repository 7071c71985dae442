using System;
using System.Linq;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Rounding;

/// <summary>The symmetric grids of a layer's rows: weight = scale * integer, integers from -(2^(bits-1) - 1) to 2^(bits-1) - 1, which with
/// 2 bits is {-1, 0, 1}. Zero is on every grid, so that a pruned weight stays zero.</summary>
internal sealed class WeightGrid
{
    private const float Faded = 1f / 65_536;
    private readonly float[] _scales;
    private readonly int[] _bits;

    /// <summary>Describes the grids.</summary>
    /// <param name="scales">Step of each row, positive.</param>
    /// <param name="bits">Bits of each row, 2 to 8.</param>
    /// <exception cref="ArgumentException">Lengths differ or a number is out of range.</exception>
    public WeightGrid(float[] scales, int[] bits)
    {
        if (scales.Length == 0 || scales.Length != bits.Length)
            throw new ArgumentException($"There are {scales.Length} scales and {bits.Length} numbers of bits.");
        for (int r = 0; r < scales.Length; r++)
        {
            Arguments.CheckRange(bits[r], 2, 8, "number of bits of a weight");
            if (!(scales[r] > 0) || !float.IsFinite(scales[r]))
                throw new ArgumentException($"The scale of row {r} is not positive: {scales[r]}.");
        }
        _scales = scales;
        _bits = bits;
    }

    /// <summary>Step of each row.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>Bits of each row.</summary>
    public ReadOnlySpan<int> Bits => _bits;

    /// <summary>Number of rows.</summary>
    public int Rows => _scales.Length;

    /// <summary>The largest integer of so many bits.</summary>
    /// <param name="bits">2 to 8.</param>
    public static int LevelsOf(int bits) => (1 << (bits - 1)) - 1;

    /// <summary>The nearest number with 5 significant bits, ties to even; scales of it take a byte each.</summary>
    /// <param name="value">A positive finite number.</param>
    public static float RoundToShort(float value)
    {
        const int Dropped = 19;
        uint bits = BitConverter.SingleToUInt32Bits(value), mask = ~0u << Dropped;
        uint rounded = (bits + (1u << (Dropped - 1)) - 1 + ((bits >> Dropped) & 1)) & mask;

        // Past the largest number that fits: cut instead of infinity.
        return BitConverter.UInt32BitsToSingle((rounded & 0x7F800000) == 0x7F800000 ? bits & mask : rounded);
    }

    /// <summary>Chooses the scale of each row by the least squared error, weighted by importance.</summary>
    /// <param name="weights">Weights, row by row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="bits">Bits of each row, or one number for all.</param>
    /// <param name="importance">How much each weight counts, or null for all the same.</param>
    /// <param name="options">Settings, or null for the usual ones.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, a number is not finite, or bits are out of range.</exception>
    public static WeightGrid Fit(float[] weights, int rows, int columns, int[] bits, WeightImportance? importance = null,
        WeightGridOptions? options = null)
    {
        Arguments.CheckMatrix(weights, rows, columns, "weights");
        importance ??= WeightImportance.Uniform;
        importance.CheckFits(rows, columns);
        options ??= new WeightGridOptions();
        if (bits.Length != 1 && bits.Length != rows)
            throw new ArgumentException($"There are {bits.Length} numbers of bits for {rows} rows.");
        foreach (int b in bits) Arguments.CheckRange(b, 2, 8, "number of bits of a weight");
        int[] all = new int[rows];
        for (int r = 0; r < rows; r++) all[r] = bits[bits.Length == 1 ? 0 : r];
        float[] scales = new float[rows];
        if (options.SharesScale)
        {
            GridRow matrix = new(weights.Length);
            matrix.Load(weights);
            for (int r = 0; r < rows; r++) importance.CopyRow(r, rows, matrix.Importance.Slice(r * columns, columns));
            Array.Fill(scales, matrix.BestScale(all.Max(), options.ShortScales).Scale);
            return new WeightGrid(scales, all);
        }

        Workers.Run(rows, options.Threads, r =>
        {
            GridRow row = new(columns);
            row.Load(weights.AsSpan(r * columns, columns));
            importance.CopyRow(r, rows, row.Importance);
            scales[r] = row.BestScale(all[r], options.ShortScales).Scale;
        });

        // Rows that faded while others were trained are zero for every purpose, and steps as small as theirs leave no room for a bias in
        // 32 bits.
        float largest = 0;
        for (int r = 0; r < rows; r++)
            if (weights.AsSpan(r * columns, columns).IndexOfAnyExcept(0f) >= 0) largest = Math.Max(largest, scales[r]);
        for (int r = 0; r < rows; r++)
            if (scales[r] < largest * Faded) scales[r] = largest;
        return new WeightGrid(scales, all);
    }

    /// <summary>The nearest integer of a weight.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="weight">The weight.</param>
    public int Code(int row, double weight)
    {
        int levels = LevelsOf(_bits[row]);
        return (int)Math.Clamp(Math.Round(weight / _scales[row]), -levels, levels);
    }

    /// <summary>Rounds each weight to the nearest integer.</summary>
    /// <param name="weights">Weights, row by row.</param>
    /// <returns>Integers, row by row.</returns>
    /// <exception cref="ArgumentException">The length does not fit, or a weight is not finite.</exception>
    public sbyte[] Quantize(ReadOnlySpan<float> weights)
    {
        int columns = ColumnsOf(weights.Length);
        Arguments.CheckFinite(weights, "weights");
        sbyte[] codes = new sbyte[weights.Length];
        for (int i = 0; i < codes.Length; i++) codes[i] = (sbyte)Code(i / columns, weights[i]);
        return codes;
    }

    /// <summary>The weights that integers stand for, with the rounding of a single multiplication.</summary>
    /// <param name="codes">Integers, row by row.</param>
    /// <exception cref="ArgumentException">The length does not fit.</exception>
    public float[] Dequantize(ReadOnlySpan<sbyte> codes)
    {
        int columns = ColumnsOf(codes.Length);
        float[] weights = new float[codes.Length];
        for (int i = 0; i < weights.Length; i++) weights[i] = codes[i] * _scales[i / columns];
        return weights;
    }

    private int ColumnsOf(int length)
    {
        if (length == 0 || length % Rows != 0) throw new ArgumentException($"{length} weights do not fit a grid of {Rows} rows.");
        return length / Rows;
    }
}
