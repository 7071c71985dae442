using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>A weight matrix of a recurrent layer, [gates * H, inputs], in blocks: each gate is filled up to whole vectors of units.</summary>
internal sealed class GateBlocks
{
    // Steps in which a copy of the weights pays: it costs about as much as two.
    private const int StepsOfCopy = 16;

    // More weights do not stay in a second-level cache, and are slow wherever lines begin.
    private const int LargestCopy = 1 << 20;

    // Blocks that are written out one by one: beyond, the just-in-time compiler optimizes less.
    private const int UnrolledBlocks = 320;

    private readonly Recurrent _layer;
    private readonly QuantizedRows? _quantized;
    private readonly float[] _values;
    private readonly int _columns, _rows, _padded;
    private readonly BlockedMatrix _blocks;

    /// <summary>Looks at a constant.</summary>
    /// <param name="matrix">The weights; their integers are kept where they were dequantized from some.</param>
    /// <param name="layer">Its layer.</param>
    /// <param name="widens">Whether integers become real numbers, which need not be widened at every step, unless they are sparse.</param>
    public GateBlocks(Tensor matrix, Recurrent layer, bool widens)
    {
        _layer = layer;
        _quantized = QuantizedRows.Of(matrix);
        _values = _quantized is null ? matrix.ToFloats() : Array.ConvertAll(_quantized.Values, value => (float)value);
        _columns = matrix.Shape[1];
        _padded = RecurrentKernel.Padded(layer.Hidden);
        _rows = layer.Gates * _padded;
        _blocks = BlockedMatrix.Of(_rows, _columns, Weight);
        if (widens && !IsSparse) (_quantized, _values) = (null, matrix.ToFloats());
    }

    /// <summary>Whether weights are neither sparse nor integers: such matrices can lie side by side.</summary>
    public bool IsDenseFloat => !IsSparse && _quantized is null;

    // Without the number of its input a block takes little more than half the time.
    private bool IsSparse => _blocks.Columns.Length < 0.6 * _rows / BlockedMatrix.Lanes * _columns;

    /// <summary>A number for each gate of each hidden unit, filled up.</summary>
    /// <param name="values">Of each gate of each unit.</param>
    /// <param name="layer">Their layer.</param>
    public static float[] Pad(float[] values, Recurrent layer)
    {
        int padded = RecurrentKernel.Padded(layer.Hidden);
        return [.. Enumerable.Range(0, layer.Gates * padded).Select(row =>
            row % padded < layer.Hidden ? values[row / padded * layer.Hidden + row % padded] : 0)];
    }

    /// <summary>Stores recurrent weights beside input weights: state (filled up) and input are one vector then.</summary>
    /// <param name="recurrent">Recurrent weights R.</param>
    /// <param name="input">Input weights W.</param>
    /// <param name="tables">Where the weights go.</param>
    /// <param name="steps">Of the sequence.</param>
    /// <param name="context">Options and constants.</param>
    public static BlockedProduct StoreJoint(GateBlocks recurrent, GateBlocks input, LayerTables tables, int steps, PlanContext context)
    {
        int hidden = recurrent._columns, columns = hidden + input._columns;
        float[] panels = PanelMatrix.Lay(recurrent._rows, columns, (row, column) =>
            column >= hidden ? input.Weight(row, column - hidden) : recurrent.Weight(row, column));
        return new BlockedProduct(Floats(panels, tables, steps, context), null, null, null);
    }

    /// <summary>Stores the matrix.</summary>
    /// <param name="tables">Where the weights go.</param>
    /// <param name="steps">Of the sequence.</param>
    /// <param name="context">Options and constants.</param>
    public BlockedProduct Store(LayerTables tables, int steps, PlanContext context)
    {
        if (IsSparse && context.Options.Optimize == Optimization.Speed && _blocks.Columns.Length <= UnrolledBlocks)
            return new BlockedProduct(context.Constants.Add(Scaled()), null, null, null) { Unrolled = _blocks };

        float[] weights = IsSparse ? _blocks.Weights : PanelMatrix.Lay(_rows, _columns, Weight);
        return new BlockedProduct(
            IsDenseFloat ? Floats(weights, tables, steps, context)
                : _quantized is null ? context.Constants.Add(weights)
                : context.Constants.Add(Array.ConvertAll(weights, value => (sbyte)value)),
            IsSparse ? context.AddIndices(_blocks.Columns) : null, IsSparse ? context.Constants.Add(_blocks.First) : null,
            _quantized is null ? null : context.Constants.Add(Pad(_quantized.Scales, _layer)));
    }

    // Vectors of 512 bits that begin amid cache lines take two of them each.
    private static ConstantTable Floats(float[] panels, LayerTables tables, int steps, PlanContext context) =>
        context.Options.Optimize == Optimization.Speed && steps >= StepsOfCopy && sizeof(float) * (long)panels.Length <= LargestCopy
            ? tables.Aligned(panels) : context.Constants.Add(panels);

    private float Weight(int row, int column) =>
        row % _padded < _layer.Hidden ? _values[(row / _padded * _layer.Hidden + row % _padded) * _columns + column] : 0;

    // The blocks' weights as real numbers.
    private float[] Scaled()
    {
        float[] scaled = [.. _blocks.Weights];
        if (_quantized is null) return scaled;
        float[] scales = Pad(_quantized.Scales, _layer);
        for (int block = 0; block < _rows / BlockedMatrix.Lanes; block++)
            for (int i = _blocks.First[block] * BlockedMatrix.Lanes; i < _blocks.First[block + 1] * BlockedMatrix.Lanes; i++)
                scaled[i] *= scales[block * BlockedMatrix.Lanes + i % BlockedMatrix.Lanes];
        return scaled;
    }
}
