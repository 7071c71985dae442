using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>
/// All weights and tables of a model in one run of bytes. Equal tables are stored once. Floats have a run of their own because the
/// portable profile must copy them to an aligned array once (a misaligned float load faults on 32-bit ARM).
/// </summary>
internal sealed class ConstantPool
{
    private readonly Run _floats = new();
    private readonly Run _integers = new();
    private readonly Dictionary<(ElementType, int, long), List<ConstantTable>> _known = [];

    /// <summary>Float32 tables.</summary>
    public ReadOnlySpan<byte> Floats => _floats.Bytes;

    /// <summary>All other tables; each starts at a multiple of its element size, at least 4 unless added as packed.</summary>
    public ReadOnlySpan<byte> Integers => _integers.Bytes;

    /// <summary>Bytes of everything.</summary>
    public long Bytes => (long)_floats.Bytes.Length + _integers.Bytes.Length;

    /// <summary>Adds a table of floats.</summary>
    public ConstantTable Add(float[] values) => Add(ElementType.Float32, MemoryMarshal.AsBytes<float>(values));

    /// <summary>Adds a table of 32-bit integers.</summary>
    public ConstantTable Add(int[] values) => Add(ElementType.Int32, MemoryMarshal.AsBytes<int>(values));

    /// <summary>Adds a table of unsigned 16-bit integers.</summary>
    public ConstantTable Add(ushort[] values) => Add(ElementType.UInt16, MemoryMarshal.AsBytes<ushort>(values));

    /// <summary>Adds a table of signed bytes.</summary>
    public ConstantTable Add(sbyte[] values) => Add(ElementType.Int8, MemoryMarshal.AsBytes<sbyte>(values));

    /// <summary>Adds a table.</summary>
    /// <param name="element">Its element type.</param>
    /// <param name="bytes">Its elements, little-endian.</param>
    /// <param name="isPacked">Whether it starts at a multiple of its element size only, because it is not read as wider
    /// elements.</param>
    public ConstantTable Add(ElementType element, ReadOnlySpan<byte> bytes, bool isPacked = false)
    {
        int alignment = isPacked ? element.Size() : Math.Max(4, element.Size());
        Run run = element == ElementType.Float32 ? _floats : _integers;
        var key = (element, bytes.Length, Hash(bytes));
        if (!_known.TryGetValue(key, out List<ConstantTable>? tables)) _known[key] = tables = [];
        foreach (ConstantTable table in tables)
            if (table.Offset % alignment == 0 && run.Bytes.Slice(table.Offset, bytes.Length).SequenceEqual(bytes)) return table;

        var added = new ConstantTable(element, run.Append(bytes, alignment), bytes.Length / element.Size());
        tables.Add(added);
        return added;
    }

    private static long Hash(ReadOnlySpan<byte> bytes)
    {
        long hash = 17;
        foreach (long value in MemoryMarshal.Cast<byte, long>(bytes)) hash = Mix(hash, value);
        foreach (byte value in bytes.Slice(bytes.Length / sizeof(long) * sizeof(long))) hash = Mix(hash, value);
        return hash;
    }

    private static long Mix(long hash, long value)
    {
        hash = unchecked((hash ^ value) * 1099511628211);
        return hash ^ (hash >> 32);
    }

    // A growing run of bytes.
    private sealed class Run
    {
        private byte[] _bytes = [];
        private int _count;

        public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _count);

        // Returns where the bytes start.
        public int Append(ReadOnlySpan<byte> bytes, int alignment)
        {
            int start = checked(_count + alignment - 1) / alignment * alignment;
            int end = checked(start + bytes.Length);
            if (end > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Math.Max(end, 2L * _bytes.Length), Math.Max(end, 1 << 30)));
            bytes.CopyTo(_bytes.AsSpan(start));
            _count = end;
            return start;
        }
    }
}
