using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace ModelGen.Benchmarks.Peers;

/// <summary>
/// Engines that take turns at their networks in one process. A turn is cut into chunks of a few milliseconds, shorter than a scheduler's time
/// slice, so that on a machine with other work many chunks run undisturbed; the fastest is what an engine needs.
/// </summary>
internal static class Contest
{
    private static readonly TimeSpan ChunkTime = TimeSpan.FromMilliseconds(2), WarmUpTime = TimeSpan.FromMilliseconds(100), PauseTime = TimeSpan.FromMilliseconds(250);

    private const int Pauses = 3;

    /// <summary>Lets engines take turns.</summary>
    /// <param name="peers">The engines.</param>
    /// <param name="rounds">Turns of each.</param>
    /// <param name="turn">How long a turn is.</param>
    /// <returns>Figures of each, in the order of <paramref name="peers"/>.</returns>
    public static IReadOnlyList<PeerTime> Run(IReadOnlyList<IPeer> peers, int rounds, TimeSpan turn)
    {
        int[] runs = peers.Select(WarmUp).ToArray();
        List<List<double>> medians = peers.Select(_ => new List<double>()).ToList();
        double[] minima = peers.Select(_ => double.PositiveInfinity).ToArray();
        for (int round = 0; round < rounds; round++)
        {
            for (int p = 0; p < peers.Count; p++)
            {
                List<double> chunks = Turn(peers[p], runs[p], turn);
                minima[p] = Math.Min(minima[p], chunks[0]);
                medians[p].Add(Median(chunks));
            }
        }

        foreach (List<double> values in medians) values.Sort();
        return peers.Select((peer, p) => new PeerTime(peer.Engine, minima[p], Median(medians[p]))).ToArray();
    }

    // Until the just-in-time compiler has come to its final code, for which it needs pauses; says how many runs fill a chunk.
    private static int WarmUp(IPeer peer)
    {
        for (int pause = 0; pause < Pauses; pause++)
        {
            int runs = 0;
            for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUpTime || runs < 40; runs++) peer.Run();
            Thread.Sleep(PauseTime);
        }

        long begin = Stopwatch.GetTimestamp();
        int counted = 0;
        for (; Stopwatch.GetElapsedTime(begin) < ChunkTime * 5; counted++) peer.Run();
        return Math.Max(1, (int)(counted * (ChunkTime / Stopwatch.GetElapsedTime(begin))));
    }

    // Microseconds a run of each chunk, in ascending order.
    private static List<double> Turn(IPeer peer, int runs, TimeSpan turn)
    {
        List<double> chunks = [];
        for (long begin = Stopwatch.GetTimestamp(); chunks.Count == 0 || Stopwatch.GetElapsedTime(begin) < turn;)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < runs; i++) peer.Run();
            chunks.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / runs);
        }

        chunks.Sort();
        return chunks;
    }

    /// <summary>The median of values in ascending order.</summary>
    public static double Median(List<double> sorted) => (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
}
