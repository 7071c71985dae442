namespace ModelGen.Benchmarks.Sparsity;

/// <summary>A network with a share of its weights set to zero.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Zeros">Share of the weights that are zero.</param>
/// <param name="Microseconds">Fastest chunk of runs.</param>
/// <param name="TimesFaster">Against the network as it is.</param>
/// <param name="WeightBytes">Weights and tables as compiled.</param>
internal sealed record SparsityRow(string Model, double Zeros, double Microseconds, double TimesFaster, long WeightBytes);
