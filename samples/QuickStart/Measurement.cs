using System;
using System.Collections.Generic;
using System.Diagnostics;
using ModelGen;

namespace QuickStart;

/// <summary>What running a network over the held-out digits showed.</summary>
internal sealed record Measurement(string Name, ModelInfo Info, int Right, int[] Answers, double MicrosecondsPerRun,
    double BytesAllocatedPerRun)
{
    private const int Rounds = 50;

    /// <summary>A network: pixels in, one score a class out.</summary>
    public delegate void Network(ReadOnlySpan<float> image, Span<float> scores);

    /// <summary>Classifies every digit, then times the same over several rounds and takes the fastest.</summary>
    public static Measurement Take(string name, ModelInfo info, Network run, IReadOnlyList<Digit> digits)
    {
        var scores = new float[info.Outputs[0].Length];
        var answers = new int[digits.Count];
        int right = 0;
        for (int i = 0; i < digits.Count; i++)
        {
            run(digits[i].Pixels, scores);
            answers[i] = IndexOfLargest(scores);
            if (answers[i] == digits[i].Label) right++;
        }

        // The clock is read around the allocation counters: the first reading of it may allocate, which is not the network's doing.
        double fastest = double.MaxValue;
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < digits.Count; i++) run(digits[i].Pixels, scores);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            fastest = Math.Min(fastest, (Stopwatch.GetTimestamp() - start) * 1e6 / Stopwatch.Frequency / digits.Count);
        }

        return new Measurement(name, info, right, answers, fastest, (double)allocated / (Rounds * digits.Count));
    }

    private static int IndexOfLargest(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        return best;
    }
}
