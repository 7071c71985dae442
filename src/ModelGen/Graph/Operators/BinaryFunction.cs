namespace ModelGen.Graph.Operators;

/// <summary>Functions of two elements.</summary>
public enum BinaryFunction
{
    Add, Subtract, Multiply, Divide, Power, Minimum, Maximum, Modulo, FloatModulo, PRelu,
    Equal, Less, LessOrEqual, Greater, GreaterOrEqual, And, Or, Xor,
    BitwiseAnd, BitwiseOr, BitwiseXor,
}
