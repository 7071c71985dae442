using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>A weight matrix of a recurrent layer, [gates * H, taps], in the forms in which it can be stored.</summary>
internal sealed class GateMatrix
{
    private readonly PlanContext _context;
    private readonly float[] _weights;
    private readonly int _rows;
    private readonly int _taps;
    private readonly int _nonZero;
    private readonly bool _isSparse;
    private readonly QuantizedRows? _quantized;
    private readonly PackedMatrix? _packed;

    /// <summary>Looks at a constant.</summary>
    /// <param name="constant">The weights, output channels first; keeps their integers where it was dequantized from some.</param>
    /// <param name="context">Thresholds and tables.</param>
    public GateMatrix(Tensor constant, PlanContext context)
    {
        _context = context;
        _weights = constant.ToFloats();
        (_rows, _taps) = (constant.Shape[0], constant.Shape[1]);
        _nonZero = _weights.Count(value => value != 0);
        _isSparse = context.PrefersSparseProduct((double)_nonZero / Math.Max(1, _weights.Length));
        _quantized = QuantizedRows.Of(constant);
        _packed = _quantized is null ? null : PackedMatrix.TryPack(_quantized.Values, _rows);
        Offsets = OffsetPattern.Rows(_isSparse ? 0 : _taps, _rows);
    }

    /// <summary>Dense: where each row of the transposed weights begins.</summary>
    public OffsetPattern Offsets { get; }

    /// <summary>Bytes as floats; sparse with indices.</summary>
    public long PlainBytes => _isSparse ? SparseRows.Bytes(_taps, _rows, _nonZero, sizeof(float)) : sizeof(float) * (long)_weights.Length;

    /// <summary>Bytes when packed, with scales; <see langword="null"/> when they cannot be.</summary>
    public long? PackedBytes => _packed is null ? null : _packed.Bytes.Length + (long)NarrowTable.Width(_quantized!.Scales) * _rows;

    /// <summary>How both matrices of a layer are packed, in words.</summary>
    public static string Describe(GateMatrix input, GateMatrix recurrent)
    {
        string first = input._packed!.Describe(), second = recurrent._packed!.Describe();
        return first == second ? first : $"{first} and {second}";
    }

    /// <summary>Bits of the neurons of both matrices: each gate of each hidden unit needs what the wider of its rows needs.</summary>
    public static NeuronBits Bits(GateMatrix input, GateMatrix recurrent) =>
        input._quantized is { } w && recurrent._quantized is { } r
            ? NeuronBits.Of([.. SignedBits.OfRows(w.Values, input._rows).Zip(SignedBits.OfRows(r.Values, recurrent._rows), Math.Max)])
            : NeuronBits.Floats(input._rows);

    /// <summary>Stores the matrix as was decided for the layer.</summary>
    public GateProduct Store(LayerTables tables, Storage storage)
    {
        ConstantTable? scales = storage.Packs ? tables.Floats(_quantized!.Scales, narrow: true) : null;
        if (!_isSparse)
        {
            ConstantTable dense = storage.Packs ? tables.Dense(_packed!, _weights.Length, 1, _rows, scales: scales)
                : _context.Constants.Add(PlanContext.TransposeMatrix(_weights, _rows, _taps));
            return new GateProduct(_taps, dense, tables.Offsets(Offsets, storage.Computes), null);
        }

        if (storage.Packs)
        {
            (ConstantTable weights, ConstantTable offsets, ConstantTable first) =
                tables.Sparse(_packed!, _nonZero, _taps, scales: scales);
            return new GateProduct(_taps, weights, offsets, first);
        }

        SparseRows rows = SparseRows.Of(_taps, _rows, i => _weights[i] != 0, _context);
        return new GateProduct(_taps, _context.Constants.Add(rows.Entries.Select(i => _weights[i]).ToArray()), rows.Indices, rows.First);
    }
}
