using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Calibration;

/// <summary>Moments of the inputs x' of a weight matrix, and of the inputs x that it had in the original network.</summary>
/// <param name="Hessian">E[x' x'^T], one matrix a group of rows.</param>
/// <param name="Means">E[x'], group by group.</param>
/// <param name="Cross">E[x' x^T] row by row, one matrix a group.</param>
/// <param name="OriginalMeans">E[x], group by group.</param>
internal sealed record LayerMoments(InputHessian Hessian, double[] Means, double[][] Cross, double[] OriginalMeans);
