using System.Linq;

namespace ModelGen.Planning.Packing;

/// <summary>Offsets of taps or rows, and the part of them that repeats at a fixed distance.</summary>
internal sealed class OffsetPattern
{
    private OffsetPattern(int[] offsets, int period, int stride)
    {
        Offsets = offsets;
        Repeated = [.. offsets.Take(period)];
        Stride = stride;
    }

    /// <summary>All offsets.</summary>
    public int[] Offsets { get; }

    /// <summary>The first offsets, which repeat.</summary>
    public int[] Repeated { get; }

    /// <summary>Distance between repetitions.</summary>
    public int Stride { get; }

    /// <summary>Whether offset i is i * <see cref="Stride"/>.</summary>
    public bool IsPlainStride => Repeated.Length == 0 || (Repeated.Length == 1 && Repeated[0] == 0);

    /// <summary>Whether what repeats fits in 16 bits.</summary>
    public bool IsNear => Repeated.All(offset => offset is >= 0 and <= ushort.MaxValue);

    /// <summary>Bytes of all offsets.</summary>
    public long Bytes => (long)Offsets.Length * sizeof(int);

    /// <summary>Bytes of what repeats.</summary>
    public long RepeatedBytes => IsPlainStride ? 0 : (long)Repeated.Length * (IsNear ? sizeof(ushort) : sizeof(int));

    /// <summary>Finds what repeats.</summary>
    /// <param name="offsets">The offsets.</param>
    /// <param name="period">After how many offsets they are expected to repeat.</param>
    public static OffsetPattern Of(int[] offsets, int period)
    {
        foreach (int length in new[] { 1, period })
        {
            int stride = offsets.Length > length ? offsets[length] - offsets[0] : 0;
            if (offsets.Select((offset, i) => offset == offsets[i % length] + i / length * stride).All(same => same))
                return new OffsetPattern(offsets, length, stride);
        }

        return new OffsetPattern(offsets, offsets.Length, 0);
    }

    /// <summary>Offsets of the rows of a matrix.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="stride">Elements between rows.</param>
    public static OffsetPattern Rows(int rows, int stride) => Of([.. Enumerable.Range(0, rows).Select(row => row * stride)], 1);
}
