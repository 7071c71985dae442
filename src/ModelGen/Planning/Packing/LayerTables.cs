using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Graph;
using ModelGen.Planning.Lowering;

namespace ModelGen.Planning.Packing;

/// <summary>
/// The tables of one layer while it is lowered: stored as the kernel reads them, or stored smaller and expanded into scratch memory that
/// is taken behind the kernel's own.
/// </summary>
internal sealed class LayerTables
{
    private readonly PlanContext _context;
    private readonly List<TableExpansion> _expansions = [];
    private int _scratchBytes;

    /// <summary>Starts without tables.</summary>
    /// <param name="context">Where tables are stored.</param>
    /// <param name="scratchBytes">Scratch memory that the kernel itself needs.</param>
    public LayerTables(PlanContext context, int scratchBytes)
    {
        _context = context;
        _scratchBytes = scratchBytes;
    }

    /// <summary>Scratch memory of the kernel with its expanded tables, in bytes.</summary>
    public int ScratchBytes => _scratchBytes;

    /// <summary>What is made in scratch memory, in order.</summary>
    public IReadOnlyList<TableExpansion> Expansions => _expansions;

    /// <summary>Bytes stored for the expanded tables and for the given ones.</summary>
    public long StoredBytes(params ConstantTable?[] tables) =>
        _expansions.Sum(expansion => expansion.StoredBytes) + tables.Sum(table => (long)(table?.StoredBytes ?? 0));

    /// <summary>A table of 32-bit integers.</summary>
    /// <param name="values">Its elements.</param>
    /// <param name="narrow">Whether to store it in as few bits as hold them.</param>
    public ConstantTable Integers(int[] values, bool narrow)
    {
        int width = narrow && values.Length > 0 ? NarrowTable.Width(values) : 4;
        if (width == 4) return _context.Constants.Add(values);
        ConstantTable target = Reserve(ElementType.Int32, values.Length);
        _expansions.Add(width switch
        {
            0 => new FilledTable(target, values[0]),
            1 => new WidenedTable(target, Store<sbyte>(ElementType.Int8, Array.ConvertAll(values, value => (sbyte)value))),
            _ => new WidenedTable(target, Store<short>(ElementType.Int16, Array.ConvertAll(values, value => (short)value))),
        });
        return target;
    }

    /// <summary>A table of floats.</summary>
    /// <param name="values">Its elements.</param>
    /// <param name="narrow">Whether to store it in as few bits as hold them.</param>
    public ConstantTable Floats(float[] values, bool narrow)
    {
        int width = narrow && values.Length > 0 ? NarrowTable.Width(values) : 4;
        if (width == 4) return _context.Constants.Add(values);
        ConstantTable target = Reserve(ElementType.Float32, values.Length);
        _expansions.Add(width switch
        {
            0 => new FilledTable(target, values[0]),
            1 => Bytes(target, values),
            _ => Halves(target, values),
        });
        return target;
    }

    /// <summary>A table of floats that begins at a cache line.</summary>
    /// <param name="values">Its elements.</param>
    public ConstantTable Aligned(float[] values)
    {
        ConstantTable target = Reserve(ElementType.Float32, values.Length);
        _expansions.Add(new CopiedTable(target, _context.Constants.Add(values)));
        return target;
    }

    /// <summary>A table of offsets in 32 bits.</summary>
    /// <param name="pattern">The offsets.</param>
    /// <param name="compute">Whether to store only what repeats.</param>
    public ConstantTable Offsets(OffsetPattern pattern, bool compute)
    {
        if (!compute) return _context.Constants.Add(pattern.Offsets);
        ConstantTable target = Reserve(ElementType.Int32, pattern.Offsets.Length);
        ConstantTable? stored = pattern.IsPlainStride ? null
            : pattern.IsNear ? Store<ushort>(ElementType.UInt16, Array.ConvertAll(pattern.Repeated, offset => (ushort)offset))
            : Store<int>(ElementType.Int32, pattern.Repeated);
        _expansions.Add(new OffsetTable(target, stored, pattern.Stride));
        return target;
    }

    /// <summary>A packed matrix that a kernel reads as it is stored.</summary>
    public ConstantTable Stream(PackedMatrix matrix) => _context.Constants.Add(ElementType.UInt8, matrix.Bytes, isPacked: true);

    /// <summary>A packed matrix, unpacked into a dense layout.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="length">Elements of the layout.</param>
    /// <param name="rowStride">Elements between rows.</param>
    /// <param name="tapStride">Elements between taps: columns, or pairs of them.</param>
    /// <param name="pairedColumns">Columns that are halves of pairs, or <see langword="null"/> when taps are columns.</param>
    /// <param name="scales">Scale of each row when the weights are real numbers.</param>
    public ConstantTable Dense(
        PackedMatrix matrix, int length, int rowStride, int tapStride, int? pairedColumns = null, ConstantTable? scales = null)
    {
        ConstantTable target = Reserve(scales is null ? ElementType.Int8 : ElementType.Float32, length);
        _expansions.Add(new UnpackedMatrix(target, matrix, Stream(matrix))
        {
            RowStride = rowStride,
            TapStride = tapStride,
            HasPairs = pairedColumns is not null,
            PairedColumns = pairedColumns ?? 0,
            Scales = scales,
        });
        return target;
    }

    /// <summary>A packed matrix, unpacked into a list of non-zero entries for each row.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <param name="entries">Number of entries.</param>
    /// <param name="farthest">Largest offset.</param>
    /// <param name="taps">Offset of each tap; <see langword="null"/> when it is the tap itself.</param>
    /// <param name="rowsPerGroup">Rows that share a group of inputs.</param>
    /// <param name="groupStride">What offsets of neighbouring groups differ by.</param>
    /// <param name="pairedColumns">Columns that are halves of pairs, or <see langword="null"/> when taps are columns.</param>
    /// <param name="scales">Scale of each row when the weights are real numbers.</param>
    public (ConstantTable Weights, ConstantTable Offsets, ConstantTable First) Sparse(
        PackedMatrix matrix, int entries, int farthest, ConstantTable? taps = null, int rowsPerGroup = 1, int groupStride = 0,
        int? pairedColumns = null, ConstantTable? scales = null)
    {
        int perEntry = pairedColumns is null ? 1 : 2;
        ConstantTable target = Reserve(scales is null ? ElementType.Int8 : ElementType.Float32, entries * perEntry);
        ConstantTable offsets = Reserve(farthest <= ushort.MaxValue ? ElementType.UInt16 : ElementType.Int32, entries);
        ConstantTable first = Reserve(ElementType.Int32, matrix.Rows + 1);
        _expansions.Add(new UnpackedMatrix(target, matrix, Stream(matrix))
        {
            Offsets = offsets,
            First = first,
            Taps = taps,
            RowsPerGroup = rowsPerGroup,
            GroupStride = groupStride,
            HasPairs = pairedColumns is not null,
            PairedColumns = pairedColumns ?? 0,
            Scales = scales,
        });
        return (target, offsets, first);
    }

    private WidenedTable Bytes(ConstantTable target, float[] values)
    {
        if (NarrowTable.Step(values) is { } step)
            return new WidenedTable(target, Store<sbyte>(ElementType.Int8,
                Array.ConvertAll(values, value => (sbyte)(value / step))))
            { Step = step };
        (byte[] codes, int first) = NarrowTable.Short(values)!.Value;
        return new WidenedTable(target, Store<byte>(ElementType.UInt8, codes)) { FirstCode = first };
    }

    private WidenedTable Halves(ConstantTable target, float[] values)
    {
        ushort[]? brain = NarrowTable.Brain(values);
        return new WidenedTable(target, Store<ushort>(ElementType.UInt16, brain ?? NarrowTable.Half(values)!), brain is not null);
    }

    private ConstantTable Store<T>(ElementType element, T[] values)
        where T : struct => _context.Constants.Add(element, MemoryMarshal.AsBytes<T>(values), isPacked: true);

    private ConstantTable Reserve(ElementType element, int length)
    {
        int offset = ConvolutionLowering.Align(_scratchBytes);
        _scratchBytes = checked(offset + length * element.Size());
        return new ConstantTable(element, offset, length) { IsInScratch = true };
    }
}
