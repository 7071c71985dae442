using System;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Pruning;

/// <summary>Zeroes weights during a column sweep. The mask is given, or chosen at the start of each block of columns from the weights as
/// corrected so far (adaptive mask selection, SparseGPT section 3.3): the units below a threshold, or a given number of them.</summary>
internal sealed class PruneRule : IColumnRule
{
    private readonly PatternUnits _units;
    private readonly InverseHessianFactor _factor;
    private readonly int _firstBlock;
    private readonly int _endBlock;
    private readonly float[]? _rowSensitivity;
    private readonly bool[] _keep;
    private readonly double _threshold;
    private readonly int[]? _counts;
    private readonly int _firstRow;
    private int _blocksSeen;
    private int _setsSeen;

    /// <summary>Creates a rule for the rows of one group.</summary>
    /// <param name="units">The pattern.</param>
    /// <param name="factor">Factor of the inverse Hessian, in the order of the column sets.</param>
    /// <param name="firstBlock">First row block of the group.</param>
    /// <param name="endBlock">First row block past the group.</param>
    /// <param name="rowSensitivity">Weight of each row's error, or null for 1.</param>
    /// <param name="threshold">Units whose score is below go; ignored where there are counts.</param>
    /// <param name="counts">For each block of columns how many units go, or null.</param>
    public PruneRule(PatternUnits units, InverseHessianFactor factor, int firstBlock, int endBlock, float[]? rowSensitivity,
        double threshold, int[]? counts)
    {
        _units = units;
        _factor = factor;
        _firstBlock = firstBlock;
        _endBlock = endBlock;
        _rowSensitivity = rowSensitivity;
        _threshold = threshold;
        _counts = counts;
        _firstRow = units.RowBlock(firstBlock).First;
        (int lastFirst, int lastCount) = units.RowBlock(endBlock - 1);
        _keep = new bool[(lastFirst + lastCount - _firstRow) * units.Columns];
        Removed = new int[(units.Columns + ColumnSweep.DefaultBlock - 1) / ColumnSweep.DefaultBlock];
    }

    /// <summary>For each weight of the group, with columns in the order of the sweep, whether it stays.</summary>
    public bool[] Keep => _keep;

    /// <summary>For each block of columns how many units went.</summary>
    public int[] Removed { get; }

    /// <inheritdoc/>
    public void BeginBlock(double[] working, int stride, int start, int end)
    {
        int firstSet = _setsSeen;
        for (int column = start; column < end; _setsSeen++) column += _units.ColumnSet(_setsSeen).Length;
        int sets = _setsSeen - firstSet;
        double[] scores = new double[(_endBlock - _firstBlock) * sets];
        for (int b = _firstBlock; b < _endBlock; b++)
        {
            (int first, int count) = _units.RowBlock(b);
            for (int r = first - _firstRow; r < first - _firstRow + count; r++)
            {
                double sensitivity = _rowSensitivity == null ? 1 : _rowSensitivity[_firstRow + r];
                AddScores(working.AsSpan(r * stride, stride), start, firstSet, sensitivity, scores.AsSpan((b - _firstBlock) * sets, sets));
            }
        }
        bool[] keep = Select(scores);
        for (int b = _firstBlock; b < _endBlock; b++)
        {
            (int first, int count) = _units.RowBlock(b);
            for (int r = first - _firstRow; r < first - _firstRow + count; r++)
            {
                for (int s = 0, column = start; s < sets; s++)
                {
                    int length = _units.ColumnSet(firstSet + s).Length;
                    _keep.AsSpan(r * _units.Columns + column, length).Fill(keep[(b - _firstBlock) * sets + s]);
                    column += length;
                }
            }
        }
    }

    /// <inheritdoc/>
    public double Choose(int row, int column, double value) => _keep[row * _units.Columns + column] ? value : 0;

    // For the columns from j on that are free, [H^-1]_uu is U_uu^T U_uu, so the score is |U_uu^-T w_u|^2 by forward substitution.
    private void AddScores(ReadOnlySpan<double> row, int column, int firstSet, double sensitivity, Span<double> scores)
    {
        for (int s = 0; s < scores.Length; s++)
        {
            ReadOnlySpan<double> curvature = _factor.Row(column);
            double first = row[column] / curvature[0];
            double score = first * first;
            if (_units.ColumnSet(firstSet + s).Length == 2)
            {
                double second = (row[column + 1] - curvature[1] * first) / _factor.Row(column + 1)[0];
                score += second * second;
                column++;
            }
            scores[s] += 0.5 * sensitivity * score;
            column++;
        }
    }

    private bool[] Select(double[] scores)
    {
        bool[] keep = new bool[scores.Length];
        int block = _blocksSeen++;
        if (_counts == null)
        {
            for (int u = 0; u < keep.Length; u++)
            {
                keep[u] = scores[u] >= _threshold;
                if (!keep[u]) Removed[block]++;
            }
            return keep;
        }
        Array.Fill(keep, true);
        Removed[block] = _counts[block];
        int[] order = Ranking.Ascending(scores);
        for (int i = 0; i < _counts[block]; i++) keep[order[i]] = false;
        return keep;
    }
}
