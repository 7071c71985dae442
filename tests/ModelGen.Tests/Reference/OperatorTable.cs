using System;
using System.Collections.Generic;
using ModelGen.Tests.Reference.Operators;

namespace ModelGen.Tests.Reference;

/// <summary>All operators of the reference by ONNX name.</summary>
internal static class OperatorTable
{
    public static IReadOnlyDictionary<string, ReferenceOperator> Create()
    {
        Dictionary<string, ReferenceOperator> table = new(StringComparer.Ordinal);
        ActivationOperators.Register(table);
        ArithmeticOperators.Register(table);
        ComparisonOperators.Register(table);
        ConstantOperators.Register(table);
        ConvolutionOperators.Register(table);
        IndexingOperators.Register(table);
        MatrixOperators.Register(table);
        NormalizationOperators.Register(table);
        PaddingOperators.Register(table);
        PoolingOperators.Register(table);
        QuantizationOperators.Register(table);
        RecurrentOperators.Register(table);
        ReductionOperators.Register(table);
        ResizeOperators.Register(table);
        ShapeOperators.Register(table);
        SoftmaxOperators.Register(table);
        UnaryOperators.Register(table);
        return table;
    }
}
