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
    private readonly List<byte> _floats = [];
    private readonly List<byte> _integers = [];
    private readonly Dictionary<(ElementType, int, long), List<ConstantTable>> _known = [];

    /// <summary>Float32 tables.</summary>
    public IReadOnlyList<byte> Floats => _floats;

    /// <summary>All other tables; each starts at a multiple of its element size, at least 4 unless added as packed.</summary>
    public IReadOnlyList<byte> Integers => _integers;

    /// <summary>Bytes of everything.</summary>
    public int Bytes => _floats.Count + _integers.Count;

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
        List<byte> pool = element == ElementType.Float32 ? _floats : _integers;
        var key = (element, bytes.Length, Hash(bytes));
        if (!_known.TryGetValue(key, out List<ConstantTable>? tables)) _known[key] = tables = [];
        foreach (ConstantTable table in tables)
            if (table.Offset % alignment == 0 && Equal(pool, table.Offset, bytes)) return table;

        while (pool.Count % alignment != 0) pool.Add(0);
        var added = new ConstantTable(element, pool.Count, bytes.Length / element.Size());
        pool.AddRange(bytes.ToArray());
        tables.Add(added);
        return added;
    }

    private static bool Equal(List<byte> pool, int offset, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
            if (pool[offset + i] != bytes[i]) return false;
        return true;
    }

    private static long Hash(ReadOnlySpan<byte> bytes)
    {
        long hash = 17;
        foreach (byte value in bytes) hash = unchecked(hash * 1099511628211 + value);
        return hash;
    }
}
