using System;
using System.Runtime.Intrinsics;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Rounding;

/// <summary>The weights of one row with their importance, and the search for the scale that rounds them best.</summary>
internal sealed class GridRow
{
    // Clipping ratios tried: 1, 0.95, 0.9025, ... down to 0.08, which is below the best of any row of ternary weights met so far.
    private const int Ratios = 50;
    private const double RatioStep = 0.95;
    private const int FineSteps = 32;
    private const int Refinements = 3;

    private readonly float[] _weights;
    private readonly float[] _importance;
    private readonly int _columns;

    /// <summary>Creates an empty row.</summary>
    /// <param name="columns">Number of weights.</param>
    public GridRow(int columns)
    {
        _columns = columns;
        _weights = new float[Tiles.RoundUp(columns)];
        _importance = new float[_weights.Length];
    }

    /// <summary>Importance of the weights, to be filled in.</summary>
    public Span<float> Importance => _importance.AsSpan(0, _columns);

    /// <summary>Takes the weights of a row.</summary>
    /// <param name="weights">The weights.</param>
    public void Load(ReadOnlySpan<float> weights) => weights.CopyTo(_weights);

    /// <summary>Sum of importance times squared rounding error.</summary>
    /// <param name="scale">Step of the grid, positive.</param>
    /// <param name="levels">Largest integer.</param>
    public double Error(float scale, int levels)
    {
        Vector256<float> step = Vector256.Create(scale);
        Vector256<float> perStep = Vector256.Create(1 / scale);
        Vector256<float> most = Vector256.Create((float)levels);
        Vector256<float> sum = Vector256<float>.Zero;
        for (int i = 0; i < _weights.Length; i += Vector256<float>.Count)
        {
            Vector256<float> weight = Vector256.LoadUnsafe(ref _weights[i]);
            Vector256<float> code = Vector256.Min(Vector256.Max(Vector256.Round(weight * perStep), -most), most);
            Vector256<float> difference = Vector256.FusedMultiplyAdd(-code, step, weight);
            sum = Vector256.FusedMultiplyAdd(difference * difference, Vector256.LoadUnsafe(ref _importance[i]), sum);
        }
        double total = 0;
        for (int lane = 0; lane < Vector256<float>.Count; lane++) total += sum[lane];
        return total;
    }

    /// <summary>Finds the scale with the least error: a scan over clipping ratios, a finer one around the best (the error has many
    /// minima there, so no section search), and then the closed form for fixed integers, sum(d w q) / sum(d q^2), in turn with
    /// rounding.</summary>
    /// <param name="bits">Bits of an integer, 2 to 8.</param>
    /// <param name="isShort">The scale has 5 significant bits.</param>
    /// <returns>Scale and error; scale 1 for a row of zeros.</returns>
    public (float Scale, double Error) BestScale(int bits, bool isShort)
    {
        int levels = WeightGrid.LevelsOf(bits);
        float largest = 0;
        foreach (float weight in _weights) largest = Math.Max(largest, Math.Abs(weight));

        // Steps below the normal numbers have no finite reciprocal; such a row is zero for every purpose.
        if (largest / levels < 1e-36f) return (1, Error(1, levels));
        double full = (double)largest / levels;
        (float Scale, double Error) best = (0, double.PositiveInfinity);
        int bestRatio = 0;
        for (int i = 0; i < Ratios; i++)
            if (Try(full * Math.Pow(RatioStep, i))) bestRatio = i;
        double low = full * Math.Pow(RatioStep, bestRatio + 1);
        double high = full * Math.Pow(RatioStep, bestRatio - 1);
        for (int i = 1; i < FineSteps; i++) Try(low + (high - low) * i / FineSteps);
        for (int i = 0; i < Refinements && Try(ClosedForm(best.Scale, levels)); i++)
        {
        }
        return best;

        bool Try(double scale)
        {
            float step = isShort ? WeightGrid.RoundToShort((float)scale) : (float)scale;
            double error = Error(step, levels);

            // The first one is taken whatever its error, which overflows for weights near the largest numbers.
            if (!(error < best.Error) && best.Scale != 0) return false;
            best = (step, error);
            return true;
        }
    }

    private double ClosedForm(float scale, int levels)
    {
        double above = 0;
        double below = 0;
        for (int i = 0; i < _columns; i++)
        {
            double code = Math.Clamp(Math.Round(_weights[i] / (double)scale), -levels, levels);
            above += _importance[i] * _weights[i] * code;
            below += _importance[i] * code * code;
        }
        double best = above / below;
        return best > 1e-36 ? best : scale;
    }
}
