namespace ModelGen.Compression.Pipeline;

/// <summary>A density with a number of bits: what the network would be if training ended there.</summary>
/// <param name="WeightsKept">Share of the weights that are not zero.</param>
/// <param name="WorkKept">Share of the multiply-accumulates that stay.</param>
/// <param name="Bits">Bits of every weight.</param>
/// <param name="WeightBytes">Bytes of weights, biases and tables in the emitted code.</param>
/// <param name="Microseconds">Estimated time of a run.</param>
/// <param name="Microjoules">Estimated energy of a run.</param>
/// <param name="Quality">Points on the validation samples, rounded without training on the grids.</param>
internal sealed record SweepPoint(
    double WeightsKept, double WorkKept, int Bits, long WeightBytes, double Microseconds, double Microjoules, double Quality);
