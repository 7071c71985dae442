using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Gemm, MatMul, MatMulInteger, QLinearMatMul.</summary>
internal static class MatrixOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Gemm"] = node => [Gemm(node)];
        table["MatMul"] = node => [MatMul(node[0], node[1])];
        table["MatMulInteger"] = node => [MatMulInteger(node)];
        table["QLinearMatMul"] = node => [QLinearMatMul(node)];
    }

    private static ReferenceTensor Gemm(OperatorContext node)
    {
        ReferenceTensor a = node.Int("transA", 0) != 0 ? Transpose(node[0]) : node[0];
        ReferenceTensor b = node.Int("transB", 0) != 0 ? Transpose(node[1]) : node[1];
        float alpha = (float)node.Float("alpha", 1);
        float beta = (float)node.Float("beta", 1);
        ReferenceTensor product = MatMul(a, alpha == 1 ? b : Scaled(b, alpha));
        if (!product.IsFloat) throw node.NotSupported("an integer matrix");
        ReferenceTensor? bias = null;
        if (node.Optional(2) is { } c && beta != 0)
        {
            bias = Shapes.Expand(c, product.Dims);
            if (beta != 1)
                bias = ReferenceTensor.Float(bias.Dims, Array.ConvertAll(bias.Floats, v => (double)(float)(beta * v)), bias.Type);
            bias.IsConstant = c.IsConstant;
        }

        IntegerOrigin? origin = product.Origin;
        if (bias != null) origin = product.Origin is Accumulators sums ? IntegerProducts.AddBias(sums, bias) : null;
        return ReferenceTensor.Float(product.Dims, () => product.Floats.Select((p, i) => p + (bias == null ? 0 : bias.Floats[i]))
            .ToArray(), origin, a.Type);
    }

    // A factor of quantized numbers is one of their scales.
    private static ReferenceTensor Scaled(ReferenceTensor x, float factor)
    {
        IntegerOrigin? origin = x.Origin is QuantizedElements q
            ? new QuantizedElements(q.Centred, Array.ConvertAll(q.Scale, s => (float)(s * factor)), false) : null;
        ReferenceTensor scaled = ReferenceTensor.Float(x.Dims, () => Array.ConvertAll(x.Floats, v => factor * v), origin, x.Type);
        scaled.IsConstant = x.IsConstant;
        return scaled;
    }

    private static ReferenceTensor Transpose(ReferenceTensor x)
    {
        ReferenceTensor transposed = x.Select([x.Dims[1], x.Dims[0]], Shapes.Map([x.Dims[1], x.Dims[0]], at => at[1] * x.Dims[1] + at[0]));
        transposed.IsConstant = x.IsConstant;
        return transposed;
    }

    private static ReferenceTensor MatMul(ReferenceTensor a, ReferenceTensor b)
    {
        Operands operands = new(a, b);
        if (!a.IsFloat)
        {
            long[] sums = operands.Multiply(operands.A.Integers, operands.B.Integers);
            return ReferenceTensor.Integer(a.Type, operands.Result, Array.ConvertAll(sums, v => a.Type.Wrap(v)));
        }

        return ReferenceTensor.Float(operands.Result, () => operands.Multiply(operands.A.Floats, operands.B.Floats), operands.Origin(),
            a.Type);
    }

    private static ReferenceTensor MatMulInteger(OperatorContext node)
    {
        // A zero point of A counts rows, one of B counts columns.
        ReferenceTensor a = ReferenceTensor.Integer(DataType.Int32, node[0].Dims,
            ConvolutionOperators.Centre(node[0], node.Optional(2), node[0].Rank - 2));
        ReferenceTensor b = ReferenceTensor.Integer(DataType.Int32, node[1].Dims,
            ConvolutionOperators.Centre(node[1], node.Optional(3), node[1].Rank - 1));
        return MatMul(a, b);
    }

    private static ReferenceTensor QLinearMatMul(OperatorContext node)
    {
        ReferenceTensor a = QuantizationOperators.DequantizeLinear(node[0], node[1], node[2], node[0].Rank - 2, 0);
        ReferenceTensor b = QuantizationOperators.DequantizeLinear(node[3], node[4], node[5], node[3].Rank - 1, 0);
        b.IsConstant = node[3].IsConstant;
        return QuantizationOperators.Quantize(MatMul(a, b), node[6], node[7], node[7].Type);
    }

    /// <summary>Two stacks of matrices with equal leading dimensions, as numpy.matmul sees them.</summary>
    private sealed class Operands
    {
        private readonly int _batch;
        private readonly int _rows;
        private readonly int _inner;
        private readonly int _columns;
        private readonly bool _hasWeights;

        public Operands(ReferenceTensor a, ReferenceTensor b)
        {
            ReferenceTensor left = a.Rank == 1 ? a.Reshape([1, a.Count]) : a;
            ReferenceTensor right = b.Rank == 1 ? b.Reshape([b.Count, 1]) : b;
            _rows = left.Dims[^2];
            _inner = left.Dims[^1];
            _columns = right.Dims[^1];
            _hasWeights = b.IsConstant && b.Rank == 2;
            if (right.Dims[^2] != _inner) throw new InvalidOperationException($"{a} and {b} do not multiply.");
            int[] lead = Shapes.Broadcast(left.Dims[..^2], right.Dims[..^2]);
            _batch = Shapes.Count(lead);
            A = Shapes.Expand(left, [.. lead, _rows, _inner]);
            B = Shapes.Expand(right, [.. lead, _inner, _columns]);
            List<int> result = [.. lead];
            if (a.Rank > 1) result.Add(_rows);
            if (b.Rank > 1) result.Add(_columns);
            Result = result.ToArray();
        }

        public ReferenceTensor A { get; }

        public ReferenceTensor B { get; }

        public int[] Result { get; }

        public T[] Multiply<T>(T[] a, T[] b)
            where T : INumber<T>
        {
            T[] y = new T[_batch * _rows * _columns];
            for (int n = 0; n < _batch; n++)
            {
                for (int r = 0; r < _rows; r++)
                {
                    for (int c = 0; c < _columns; c++)
                    {
                        T sum = T.Zero;
                        for (int k = 0; k < _inner; k++) sum += a[(n * _rows + r) * _inner + k] * b[(n * _inner + k) * _columns + c];
                        y[(n * _rows + r) * _columns + c] = sum;
                    }
                }
            }

            return y;
        }

        /// <summary>Accumulators, where each row of A and each column of B has one scale.</summary>
        public Accumulators? Origin()
        {
            if (A.Origin is not QuantizedElements a || B.Origin is not QuantizedElements b || _inner == 0) return null;
            for (int i = 0; i < a.Scale.Length; i++) if (a.Scale[i] != a.Scale[i / _inner * _inner]) return null;
            int matrix = _inner * _columns;
            for (int i = 0; i < b.Scale.Length; i++) if (b.Scale[i] != b.Scale[i / matrix * matrix + i % _columns]) return null;
            long[] sums = Multiply(a.Centred, b.Centred);
            float[] scaleA = new float[sums.Length];
            float[] scaleB = new float[sums.Length];
            for (int i = 0; i < sums.Length; i++)
            {
                scaleA[i] = a.Scale[i / _columns * _inner];
                scaleB[i] = b.Scale[i / (_rows * _columns) * matrix + i % _columns];
            }

            return IntegerProducts.Create(sums, scaleA, scaleB, null,
                _hasWeights ? Enumerable.Range(0, sums.Length).Select(i => i % _columns).ToArray() : null);
        }
    }
}
