using System;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.LinearAlgebra;

/// <summary>The factorization against MathNet.Numerics.</summary>
public class CholeskyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(300)]
    public void FactorSolutionAndInverseAgreeWithMathNet(int order)
    {
        SymmetricMatrix matrix = Definite(order);
        Cholesky factor = Cholesky.TryFactor(matrix, 2)!;
        DenseMatrix reference = DenseMatrix.OfColumnMajor(order, order, matrix.Values.ToArray());
        Matrix<double> upper = reference.Cholesky().Factor.Transpose();
        for (int i = 0; i < order; i++)
            for (int j = i; j < order; j++) Assert.Equal(upper[i, j], factor.Row(i)[j - i], 1e-9);

        double[] right = new double[order];
        for (int i = 0; i < order; i++) right[i] = Math.Sin(i);
        Vector<double> expected = reference.Cholesky().Solve(DenseVector.OfArray(right));
        factor.Solve(right);
        for (int i = 0; i < order; i++) Assert.Equal(expected[i], right[i], 1e-8);

        Matrix<double> inverse = reference.Inverse();
        InverseHessianFactor u = InverseHessianFactor.TryCreate(matrix)!;
        Matrix<double> product = DenseMatrix.OfColumnMajor(order, order, u.Values.ToArray()).Transpose();
        product = product.Transpose() * product;
        Assert.True((product - inverse).L2Norm() < 1e-8 * inverse.L2Norm());
        for (int i = 0; i < order; i++)
            for (int j = 0; j < i; j++) Assert.Equal(0, u.Values[i * order + j]);
    }

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        SymmetricMatrix matrix = Definite(300);
        Assert.Equal(Cholesky.TryFactor(matrix, 1)!.InverseFactor(1), Cholesky.TryFactor(matrix, 4)!.InverseFactor(4));
    }

    [Fact]
    public void AMatrixThatIsNotDefiniteHasNoFactor()
    {
        Assert.Null(Cholesky.TryFactor(new SymmetricMatrix(2, [1, 2, 2, 1])));
        Assert.Null(Cholesky.TryFactor(new SymmetricMatrix(2, [1, 1, 1, 1])));
        Assert.Null(Cholesky.TryFactor(new SymmetricMatrix(1, [0])));
    }

    [Fact]
    public void MatricesThatAreNotSymmetricOrFiniteAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new SymmetricMatrix(2, [1, 2, 3, 1]));
        Assert.Throws<ArgumentException>(() => new SymmetricMatrix(2, [1, 2, 2]));
        Assert.Throws<ArgumentException>(() => new SymmetricMatrix(1, [double.NaN]));
        Assert.Throws<ArgumentException>(() => new SymmetricMatrix(0, []));
    }

    [Fact]
    public void MomentsThatAreFarFromDefiniteAreRefused()
    {
        InputHessian hessian = new(new SymmetricMatrix(2, [1, 1e9, 1e9, 1]));
        string message = Assert.Throws<ArgumentException>(() => hessian.Factor(0, [0, 1], 0.01, h => Cholesky.TryFactor(h))).Message;
        Assert.Contains("positive semidefinite", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASingularMatrixOfMomentsIsDampened()
    {
        InputHessian hessian = new(new SymmetricMatrix(3, [1, 1, 0, 1, 1, 0, 0, 0, 0]));
        Assert.NotNull(hessian.Factor(0, [0, 1, 2], 0.01, h => Cholesky.TryFactor(h)));
        Assert.Equal(0.01, hessian.DampeningOf(0), 12);
        Assert.Equal(1, new InputHessian(new SymmetricMatrix(1, [0])).DampeningOf(0));
    }

    private static SymmetricMatrix Definite(int order)
    {
        float[] x = RandomLayer.Normal(new Random(order), 2 * order * order);
        double[] values = new double[order * order];
        for (int i = 0; i < order; i++)
        {
            for (int j = i; j < order; j++)
            {
                double sum = i == j ? 0.5 : 0;
                for (int k = 0; k < 2 * order; k++) sum += (double)x[k * order + i] * x[k * order + j] / order;
                values[i * order + j] = sum;
                values[j * order + i] = sum;
            }
        }
        return new SymmetricMatrix(order, values);
    }
}
