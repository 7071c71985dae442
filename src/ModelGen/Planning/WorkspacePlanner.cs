using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning;

/// <summary>
/// Places buffers in one workspace so that those alive at the same time do not overlap: largest first, each at the lowest offset that
/// is free during its whole life (greedy by size, Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
/// </summary>
internal sealed class WorkspacePlanner
{
    private const int Alignment = 64;

    private readonly List<Buffer> _buffers = [];

    /// <summary>Adds a buffer.</summary>
    /// <param name="bytes">Its size.</param>
    /// <param name="first">First layer during which it is alive.</param>
    /// <param name="last">Last layer during which it is alive.</param>
    public Buffer Add(int bytes, int first, int last)
    {
        var buffer = new Buffer(bytes, first, last, _buffers.Count);
        _buffers.Add(buffer);
        return buffer;
    }

    /// <summary>Gives every buffer its offset.</summary>
    /// <returns>Bytes of the workspace, and of the largest set of buffers alive at one time.</returns>
    public (int Bytes, int LowerBound) Place()
    {
        var placed = new List<Buffer>();
        long total = 0;
        foreach (Buffer buffer in _buffers.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.Order))
        {
            long offset = 0;
            foreach (Buffer other in placed.Where(other => other.First <= buffer.Last && other.Last >= buffer.First).OrderBy(other =>
                other.Offset))
            {
                if (offset + buffer.Bytes <= other.Offset) break;
                offset = Math.Max(offset, ((long)other.Offset + other.Bytes + Alignment - 1) / Alignment * Alignment);
            }

            buffer.Offset = checked((int)offset);
            total = Math.Max(total, offset + buffer.Bytes);
            placed.Add(buffer);
        }

        long bound = 0;
        foreach (int time in _buffers.Select(buffer => buffer.First).Distinct())
            bound = Math.Max(bound, _buffers.Where(buffer => buffer.First <= time && buffer.Last >= time).Sum(buffer =>
                (long)buffer.Bytes));
        return (checked((int)total), (int)bound);
    }

    /// <summary>A buffer and, once placed, where it is.</summary>
    public sealed class Buffer
    {
        internal Buffer(int bytes, int first, int last, int order)
        {
            Bytes = bytes;
            First = first;
            Last = last;
            Order = order;
        }

        public int Bytes { get; }

        public int First { get; }

        public int Last { get; internal set; }

        public int Offset { get; internal set; }

        internal int Order { get; }
    }
}
