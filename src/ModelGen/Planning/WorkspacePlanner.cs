using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Planning;

/// <summary>
/// Places buffers in one workspace so that those alive at the same time do not overlap: one after the other, each at the lowest offset that is free
/// during its whole life, in the order that takes least: the largest first, or those of the layers with most memory (greedy by size and by breadth,
/// Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020), or as they come.
/// </summary>
internal sealed class WorkspacePlanner
{
    private const int Alignment = 64, Attempts = 16;

    // Of larger networks only a few orders are tried: placing takes the square of their number.
    private const int MostToMove = 200, Shuffles = 400, MostPlaced = 400_000;

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
        int[] times = [.. _buffers.Select(buffer => buffer.First).Distinct()];
        long Alive(int time) => _buffers.Where(buffer => buffer.First <= time && buffer.Last >= time).Sum(buffer => (long)buffer.Bytes);
        List<Buffer> bySize = [.. _buffers.OrderByDescending(buffer => buffer.Bytes).ThenBy(buffer => buffer.Order)];
        List<Buffer> byBreadth = [.. times.OrderByDescending(Alive).ThenBy(time => time)
            .SelectMany(time => bySize.Where(buffer => buffer.First <= time && buffer.Last >= time)).Distinct()];
        List<Buffer> best = bySize;
        long total = Place(best);
        foreach (List<Buffer> order in new[] { byBreadth, _buffers })
        {
            long other = Place(order);
            if (other < total) (best, total) = (order, other);
        }

        // Where each buffer lives beside the next, as in a chain of layers, an order at random often beats those by size and by time.
        long bound = times.Select(Alive).DefaultIfEmpty().Max();
        var generator = new Shuffle();
        for (int attempt = 0; attempt < MostPlaced / Math.Max(1, (long)_buffers.Count * _buffers.Count) && attempt < Shuffles && total > bound + Alignment; attempt++)
        {
            List<Buffer> order = generator.Of(_buffers);
            long other = Place(order);
            if (other < total) (best, total) = (order, other);
        }

        // What ends last, or lives beside it, is placed earlier as long as that helps.
        for (int attempt = 0; attempt < Attempts && total > bound + Alignment && _buffers.Count <= MostToMove; attempt++)
        {
            Place(best);
            Buffer last = best.First(buffer => buffer.Start + buffer.Bytes == total);
            Buffer[] beside = [.. best.Where(buffer => buffer.First <= last.Last && buffer.Last >= last.First).Take(Attempts)];
            (List<Buffer> Order, long Bytes) found = beside.Append(last)
                .SelectMany(buffer => Enumerable.Range(0, Math.Min(best.IndexOf(buffer), Attempts)).Select(at => Moved(best, buffer, at)))
                .Select(order => (Order: order, Bytes: Place(order))).OrderBy(candidate => candidate.Bytes).FirstOrDefault();
            if (found.Order is null || found.Bytes >= total) break;
            (best, total) = found;
        }

        Place(best);
        return (checked((int)total), (int)bound);
    }

    private static List<Buffer> Moved(List<Buffer> order, Buffer buffer, int at)
    {
        List<Buffer> moved = [.. order.Where(other => other != buffer)];
        moved.Insert(at, buffer);
        return moved;
    }

    // Bytes that the buffers take, placed in an order.
    private static long Place(List<Buffer> order)
    {
        var placed = new List<Buffer>();
        long total = 0;
        foreach (Buffer buffer in order)
        {
            long offset = 0;
            foreach (Buffer other in placed.Where(other => other.First <= buffer.Last && other.Last >= buffer.First).OrderBy(other => other.Start))
            {
                if (offset + buffer.Bytes <= other.Start) break;
                offset = Math.Max(offset, (other.Start + other.Bytes + Alignment - 1) / Alignment * Alignment);
            }

            buffer.Start = offset;
            total = Math.Max(total, offset + buffer.Bytes);
            placed.Add(buffer);
        }

        return total;
    }

    // Random orders, the same in every build and on every runtime (a linear congruential generator; Knuth, "The Art of Computer Programming", 3.3.4).
    private sealed class Shuffle
    {
        private ulong _state = 1;

        public List<Buffer> Of(List<Buffer> buffers)
        {
            List<Buffer> order = [.. buffers];
            for (int i = order.Count - 1; i > 0; i--)
            {
                _state = unchecked(_state * 6364136223846793005 + 1442695040888963407);
                int other = (int)((_state >> 33) % (ulong)(i + 1));
                (order[i], order[other]) = (order[other], order[i]);
            }

            return order;
        }
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

        public int Offset => checked((int)Start);

        // Orders that are only tried may reach beyond what a workspace can have.
        internal long Start { get; set; }

        internal int Order { get; }
    }
}
