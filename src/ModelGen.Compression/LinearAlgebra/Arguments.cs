using System;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Checks of what callers hand over; each failure is one clear line.</summary>
internal static class Arguments
{
    /// <summary>Checks that a row-major matrix has the length its shape says and holds finite numbers only.</summary>
    /// <param name="values">Elements, row by row.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="name">What the matrix is, for messages.</param>
    /// <exception cref="ArgumentException">The shape is empty, the length differs from it, or an element is NaN or infinite.</exception>
    public static void CheckMatrix(ReadOnlySpan<float> values, int rows, int columns, string name)
    {
        CheckShape(values.Length, rows, columns, name);
        CheckFinite(values, name);
    }

    /// <summary>Checks that a row-major matrix has the length its shape says.</summary>
    /// <param name="length">Number of elements.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="name">What the matrix is, for messages.</param>
    /// <exception cref="ArgumentException">The shape is empty or the length differs from it.</exception>
    public static void CheckShape(int length, int rows, int columns, string name)
    {
        if (rows < 1 || columns < 1) throw new ArgumentException($"The {name} is empty: {rows} rows of {columns} columns.");
        if (length != (long)rows * columns)
            throw new ArgumentException(
                $"The {name} has {length} elements, but {rows} rows of {columns} columns need {(long)rows * columns}.");
    }

    /// <summary>Checks that a vector has the expected length and holds finite numbers only.</summary>
    /// <param name="values">Elements.</param>
    /// <param name="length">Expected length.</param>
    /// <param name="name">What the vector is, for messages.</param>
    /// <exception cref="ArgumentException">The length differs, or an element is NaN or infinite.</exception>
    public static void CheckVector(ReadOnlySpan<float> values, int length, string name)
    {
        if (values.Length != length) throw new ArgumentException($"The {name} has {values.Length} elements instead of {length}.");
        CheckFinite(values, name);
    }

    /// <summary>Checks that a vector has the expected length and holds finite numbers that are not negative.</summary>
    /// <param name="values">Elements.</param>
    /// <param name="length">Expected length.</param>
    /// <param name="name">What the vector is, for messages.</param>
    /// <exception cref="ArgumentException">The length differs, or an element is negative, NaN or infinite.</exception>
    public static void CheckWeights(ReadOnlySpan<float> values, int length, string name)
    {
        CheckVector(values, length, name);
        for (int i = 0; i < values.Length; i++)
            if (values[i] < 0) throw new ArgumentException($"Element {i} of the {name} is negative: {values[i]}.");
    }

    /// <summary>Checks that all elements are finite.</summary>
    /// <param name="values">Elements.</param>
    /// <param name="name">What they are, for messages.</param>
    /// <exception cref="ArgumentException">An element is NaN or infinite.</exception>
    public static void CheckFinite(ReadOnlySpan<float> values, string name)
    {
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i])) throw new ArgumentException($"Element {i} of the {name} is not a finite number: {values[i]}.");
    }

    /// <summary>Checks that all elements are finite.</summary>
    /// <param name="values">Elements.</param>
    /// <param name="name">What they are, for messages.</param>
    /// <exception cref="ArgumentException">An element is NaN or infinite.</exception>
    public static void CheckFinite(ReadOnlySpan<double> values, string name)
    {
        for (int i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i])) throw new ArgumentException($"Element {i} of the {name} is not a finite number: {values[i]}.");
    }

    /// <summary>Checks that a number lies in a closed range.</summary>
    /// <param name="value">The number; NaN fails.</param>
    /// <param name="least">Smallest allowed.</param>
    /// <param name="most">Largest allowed.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <exception cref="ArgumentException">The number lies outside.</exception>
    public static void CheckRange(double value, double least, double most, string name)
    {
        if (!(value >= least && value <= most)) throw new ArgumentException($"The {name} is {value}; it must be from {least} to {most}.");
    }
}
