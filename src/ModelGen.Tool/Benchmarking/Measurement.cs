namespace ModelGen.Tool.Benchmarking;

/// <summary>Time and memory of a model's runs.</summary>
/// <param name="FirstRunMicroseconds">The very first run, which includes just-in-time compilation.</param>
/// <param name="MinimumMicroseconds">Fastest round, per run.</param>
/// <param name="MedianMicroseconds">Median of the rounds, per run.</param>
/// <param name="Rounds">Number of rounds.</param>
/// <param name="RunsPerRound">Runs in a round.</param>
/// <param name="AllocatedBytesPerRun">Bytes allocated on the heap by a run.</param>
internal sealed record Measurement(
    double FirstRunMicroseconds, double MinimumMicroseconds, double MedianMicroseconds, int Rounds, int RunsPerRound,
        double AllocatedBytesPerRun);
