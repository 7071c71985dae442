namespace ModelGen.Compression.Pipeline;

/// <summary>A network on the way from large to small.</summary>
/// <param name="WeightsKept">Share of the weights that are not zero.</param>
/// <param name="WorkKept">Share of the multiply-accumulates that stay.</param>
/// <param name="Bits">Mean bits a weight; 32 before quantization.</param>
/// <param name="Quality">Points on the validation samples.</param>
/// <param name="IsFinal">Whether the network was fine-tuned to the end, not measured in passing.</param>
internal sealed record CurvePoint(double WeightsKept, double WorkKept, double Bits, double Quality, bool IsFinal);
