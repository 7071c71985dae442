using ModelGen.Graph;

namespace ModelGen.Planning.Kernels;

/// <summary>An operand of an element-wise kernel.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Shape before broadcasting.</param>
/// <param name="Constant">Its table when it is constant.</param>
/// <param name="Scalar">The constant when it is one number.</param>
internal sealed record ElementWiseOperand(ElementType Element, Shape Shape, ConstantTable? Constant, Tensor? Scalar);
