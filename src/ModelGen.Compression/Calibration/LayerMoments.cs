using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>Moments of the inputs of a weight matrix.</summary>
/// <param name="Hessian">Second moments, one matrix a group of rows.</param>
/// <param name="Means">Means, group by group.</param>
internal sealed record LayerMoments(InputHessian Hessian, double[] Means);
