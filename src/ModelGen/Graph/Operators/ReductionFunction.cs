namespace ModelGen.Graph.Operators;

#pragma warning disable CS1591 // Each member is the ONNX operator Reduce... of that name.

/// <summary>Functions that reduce many elements to one.</summary>
public enum ReductionFunction
{
    Sum, Mean, Maximum, Minimum, Product, L1, L2, LogSum, LogSumExp, SumSquare,
}
