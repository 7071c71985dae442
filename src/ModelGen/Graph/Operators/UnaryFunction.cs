namespace ModelGen.Graph.Operators;

#pragma warning disable CS1591 // Each member is the ONNX operator of that name, or the function that the name says.

/// <summary>Functions of one element. Parameters: <c>alpha</c>, <c>beta</c> as in the ONNX operator.</summary>
public enum UnaryFunction
{
    Negate, Abs, Exp, Log, Sqrt, Reciprocal, Floor, Ceiling, Round, Sign, Erf,
    Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Asinh, Acosh, Atanh, Tanh,
    Sigmoid, HardSigmoid, HardSwish, Softplus, Softsign, Elu, Selu, Celu, LeakyRelu, ThresholdedRelu, Gelu, GeluTanh, Mish,
    Swish, Shrink, Clip, Not, IsNaN, IsInfinite, Identity,
}
