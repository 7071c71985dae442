namespace ModelGen.Benchmarks.Peers;

/// <summary>What an engine needs for a run of a network.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="MinimumMicroseconds">Fastest chunk of runs.</param>
/// <param name="MedianMicroseconds">Median over the rounds of their medians.</param>
internal sealed record PeerTime(string Engine, double MinimumMicroseconds, double MedianMicroseconds);
