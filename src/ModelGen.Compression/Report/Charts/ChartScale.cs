using System;
using System.Collections.Generic;

namespace ModelGen.Compression.Report.Charts;

/// <summary>Maps values to positions along a line.</summary>
/// <param name="Least">Value at <paramref name="Start"/>.</param>
/// <param name="Most">Value at <paramref name="End"/>; different from <paramref name="Least"/>.</param>
/// <param name="Start">Position of <paramref name="Least"/>.</param>
/// <param name="End">Position of <paramref name="Most"/>.</param>
internal sealed record ChartScale(double Least, double Most, double Start, double End)
{
    /// <summary>Position of a value.</summary>
    public double At(double value) => Start + (value - Least) / (Most - Least) * (End - Start);

    /// <summary>A scale over values whose ends are round numbers.</summary>
    /// <param name="least">Least value.</param>
    /// <param name="most">Largest value.</param>
    /// <param name="start">Position of the lower end.</param>
    /// <param name="end">Position of the upper end.</param>
    /// <param name="ticks">About how many ticks.</param>
    public static ChartScale Round(double least, double most, double start, double end, int ticks)
    {
        double step = Step(least, most, ticks);
        double from = Math.Floor(least / step + 1e-9) * step, to = Math.Ceiling(most / step - 1e-9) * step;
        return new ChartScale(from, to > from ? to : from + step, start, end);
    }

    /// <summary>Round numbers from end to end.</summary>
    /// <param name="ticks">About how many.</param>
    public IReadOnlyList<double> Ticks(int ticks)
    {
        double step = Step(Least, Most, ticks);
        var values = new List<double>();
        for (long i = (long)Math.Ceiling(Least / step - 1e-9); i * step <= Most + step * 1e-9; i++) values.Add(i * step);
        return values;
    }

    /// <summary>The distance of ticks: 1, 2 or 5 times a power of ten.</summary>
    /// <param name="least">Least value.</param>
    /// <param name="most">Largest value.</param>
    /// <param name="ticks">About how many ticks.</param>
    public static double Step(double least, double most, int ticks)
    {
        double rough = Math.Max(most - least, 1e-9) / Math.Max(1, ticks), power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double digit = rough / power;
        return power * (digit <= 1.0001 ? 1 : digit <= 2.0001 ? 2 : digit <= 5.0001 ? 5 : 10);
    }
}
