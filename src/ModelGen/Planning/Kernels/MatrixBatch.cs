namespace ModelGen.Planning.Kernels;

/// <summary>Where the matrices of a stack of products lie.</summary>
/// <param name="Products">Number of products.</param>
/// <param name="LeftStride">Elements between the left matrices of neighbouring products, when those are evenly spaced; 0 repeats the
/// matrix.</param>
/// <param name="RightStride">Elements between the right matrices of neighbouring products, when those are evenly spaced; 0 repeats the
/// matrix.</param>
/// <param name="LeftStarts">Offset of the left matrix of each product, when they are not evenly spaced.</param>
/// <param name="RightStarts">Offset of the right matrix of each product, when they are not evenly spaced.</param>
internal sealed record MatrixBatch(int Products, int LeftStride, int RightStride, ConstantTable? LeftStarts, ConstantTable? RightStarts);
