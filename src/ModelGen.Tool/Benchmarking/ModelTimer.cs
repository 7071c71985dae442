using System;
using System.Collections.Generic;
using System.Diagnostics;
using ModelGen.Tool.Execution;

namespace ModelGen.Tool.Benchmarking;

/// <summary>Measures how long a model runs.</summary>
internal static class ModelTimer
{
    private const int MinimumRounds = 5;
    private const int AllocationRounds = 3;
    private const int AllocationRuns = 20;

    // Long enough that the clock's resolution does not count, shorter than a scheduler's time slice so that many rounds run undisturbed.
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(2);

    /// <summary>Runs a model again and again.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">One array an input; samples are taken in turn.</param>
    /// <param name="duration">How long to measure. As much again, at most a second, is spent before on warming up.</param>
    public static Measurement Measure(IModel model, IReadOnlyList<BoundInput> inputs, TimeSpan duration)
    {
        byte[][] samples = Samples(model.Info, inputs);
        byte[] output = new byte[model.Info.OutputBytes];

        long start = Stopwatch.GetTimestamp();
        ModelRunner.RunOnce(model, samples[0], output);
        TimeSpan first = Stopwatch.GetElapsedTime(start);

        // Methods without AggressiveOptimization reach their final code some 100 ms and 30 calls after the start (tiered compilation).
        TimeSpan warmUp = TimeSpan.FromSeconds(Math.Min(1, duration.TotalSeconds));
        int runs = 0;
        for (start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < warmUp; runs++)
            model.Run(samples[runs % samples.Length], output);
        int runsPerRound = (int)Math.Clamp(runs * (RoundTime / warmUp), 1, 1_000_000);

        List<double> rounds = [];
        long begin = Stopwatch.GetTimestamp();
        while (rounds.Count < MinimumRounds || Stopwatch.GetElapsedTime(begin) < duration)
        {
            start = Stopwatch.GetTimestamp();
            for (int i = 0; i < runsPerRound; i++) model.Run(samples[i % samples.Length], output);
            rounds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / runsPerRound);
        }
        rounds.Sort();
        double median = (rounds[(rounds.Count - 1) / 2] + rounds[rounds.Count / 2]) / 2;
        return new Measurement(first.TotalMicroseconds, rounds[0], median, rounds.Count, runsPerRound,
            MeasureAllocation(model, samples[0], output));
    }

    private static double MeasureAllocation(IModel model, byte[] input, byte[] output)
    {
        // The runtime itself may allocate once on the way, for example when it resolves this call; what a run allocates is there every
        // time.
        long smallest = long.MaxValue;
        for (int round = 0; round < AllocationRounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < AllocationRuns; i++) model.Run(input, output);
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return smallest / (double)AllocationRuns;
    }

    private static byte[][] Samples(ModelInfo info, IReadOnlyList<BoundInput> inputs)
    {
        // Copied before the clock starts; a few samples are enough to defeat luck with a single one.
        int count = Math.Min(ModelRunner.CountSamples(info, inputs) ?? 1, 64);
        byte[][] samples = new byte[count][];
        for (int sample = 0; sample < count; sample++)
        {
            samples[sample] = new byte[info.InputBytes];
            for (int i = 0; i < inputs.Count; i++) inputs[i].Sample(sample).CopyTo(samples[sample].AsSpan(info.Inputs[i].ByteOffset));
        }
        return samples;
    }
}
