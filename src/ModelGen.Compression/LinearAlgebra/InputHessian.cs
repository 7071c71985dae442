using System;
using System.Collections.Generic;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Second moments of a layer's inputs: H = E[x x^T], one matrix for each group of rows that share their inputs. Up to a factor
/// that no method here depends on, H is the Hessian of the squared error of each output with respect to its weights.</summary>
internal sealed class InputHessian
{
    /// <summary>Share of the mean diagonal that is added to the diagonal before H is inverted (SparseGPT and GPTQ use the same).</summary>
    public const double Dampening = 0.01;

    private const int MaxAttempts = 6;
    private const double DeadShare = 1e-6;

    private readonly SymmetricMatrix[] _groups;

    /// <summary>Second moments of a layer with groups.</summary>
    /// <param name="groups">One matrix a group, all of one order; group g is for rows g * rows / groups to (g + 1) * rows / groups.</param>
    /// <exception cref="ArgumentException">There is no group, the orders differ, or an element of a diagonal is negative.</exception>
    public InputHessian(params IReadOnlyList<SymmetricMatrix> groups)
    {
        if (groups.Count == 0) throw new ArgumentException("A layer needs at least one matrix of second moments.");
        foreach (SymmetricMatrix group in groups)
        {
            if (group.Order != groups[0].Order) throw new ArgumentException("The groups differ in the number of inputs.");
            for (int i = 0; i < group.Order; i++)
                if (group[i, i] < 0) throw new ArgumentException($"The second moment of input {i} is negative: {group[i, i]}.");
        }
        _groups = [.. groups];
    }

    /// <summary>Number of groups.</summary>
    public int Groups => _groups.Length;

    /// <summary>Inputs of each row.</summary>
    public int Columns => _groups[0].Order;

    /// <summary>The matrix of one group.</summary>
    public SymmetricMatrix this[int group] => _groups[group];

    /// <summary>The group a row belongs to.</summary>
    /// <param name="row">The row.</param>
    /// <param name="rows">Rows of the layer.</param>
    public int GroupOf(int row, int rows) => (int)((long)row * Groups / rows);

    /// <summary>What to add to the diagonal of a group's matrix: a share of the mean over the inputs that are not always zero, and 1 where
    /// all are.</summary>
    /// <param name="group">The group.</param>
    /// <param name="share">Share of the mean, 0.01 by default.</param>
    public double DampeningOf(int group, double share = Dampening)
    {
        double sum = 0;
        int live = 0;
        for (int i = 0; i < Columns; i++)
        {
            double value = _groups[group][i, i];
            sum += value;
            if (value > 0) live++;
        }
        return live == 0 ? 1 : share * sum / live;
    }

    /// <summary>The dampened matrix of some inputs of a group. An input that is always zero gets a millionth of the dampening, just enough
    /// to be definite: its weights are the first to go, and stay unchanged where they are kept.</summary>
    /// <param name="group">The group.</param>
    /// <param name="columns">The inputs, in the order wanted.</param>
    /// <param name="addition">Added to the diagonal.</param>
    public SymmetricMatrix Dampened(int group, ReadOnlySpan<int> columns, double addition) =>
        _groups[group].Select(columns, addition, addition * DeadShare);

    /// <summary>Factors the dampened matrix of some inputs of a group. Where rounding error leaves it indefinite, the dampening grows
    /// tenfold until it is not.</summary>
    /// <typeparam name="T">What is made of the matrix.</typeparam>
    /// <param name="group">The group.</param>
    /// <param name="columns">The inputs, in the order wanted.</param>
    /// <param name="share">Dampening as a share of the mean diagonal, positive.</param>
    /// <param name="factor">Makes the factor, or returns null where the matrix is not positive definite.</param>
    /// <exception cref="ArgumentException">The matrix is far from positive definite, so not one of second moments.</exception>
    public T Factor<T>(int group, ReadOnlySpan<int> columns, double share, Func<SymmetricMatrix, T?> factor)
        where T : class
    {
        Arguments.CheckRange(share, 1e-9, 1, "dampening");
        double addition = DampeningOf(group, share);
        for (int attempt = 0; attempt < MaxAttempts; attempt++, addition *= 10)
            if (factor(Dampened(group, columns, addition)) is { } result) return result;
        throw new ArgumentException("The second moments of the inputs are not positive semidefinite.");
    }

    /// <summary>Checks that the matrices fit a layer.</summary>
    /// <param name="rows">Rows of the layer.</param>
    /// <param name="columns">Columns of the layer.</param>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void CheckFits(int rows, int columns)
    {
        if (columns != Columns) throw new ArgumentException($"The second moments are of {Columns} inputs, but the layer has {columns}.");
        if (rows % Groups != 0) throw new ArgumentException($"{rows} rows cannot be divided into {Groups} groups.");
    }
}
