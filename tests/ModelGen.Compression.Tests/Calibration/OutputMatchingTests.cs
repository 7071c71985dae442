using System;
using System.Linq;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Compression.Tests.Support;
using Xunit;

namespace ModelGen.Compression.Tests.Calibration;

/// <summary>Weights that lead from changed inputs to the original outputs.</summary>
public class OutputMatchingTests
{
    private const int Rows = 4, Columns = 12, Samples = 400;

    [Fact]
    public void TheSameInputsKeepTheWeights()
    {
        float[] weights = RandomLayer.Normal(new Random(1), Rows * Columns), x = RandomLayer.Normal(new Random(2), Samples * Columns);
        float[] fitted = OutputMatching.Fit(weights, Rows, Moments((x, x)));
        Assert.All(weights.Zip(fitted), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ChangedInputsLeadToTheOriginalOutputs(int groups)
    {
        float[] weights = RandomLayer.Normal(new Random(1), Rows * Columns);
        (float[] Now, float[] Before)[] inputs = [.. Enumerable.Range(0, groups).Select(group =>
        {
            float[] before = RandomLayer.Normal(new Random(10 + group), Samples * Columns),
                noise = RandomLayer.Normal(new Random(20 + group), Samples * Columns);

            // Each input leaks into the next and loses a third of its size; input 5 is gone.
            return (before.Select((value, i) => i % Columns == 5 ? 0
                : 0.65f * value + (i % Columns == 0 ? 0 : 0.3f * before[i - 1]) + 0.05f * noise[i]).ToArray(), before);
        })];
        LayerMoments moments = Moments(inputs);
        float[] fitted = OutputMatching.Fit(weights, Rows, moments, 1);
        for (int row = 0; row < Rows; row++)
        {
            int group = row * groups / Rows;
            (float[] now, float[] before) = inputs[group];
            double[] errors = Errors(fitted), unmatched = Errors(weights);
            double[] Errors(float[] candidates) => [.. Enumerable.Range(0, Samples).Select(sample =>
                Dot(candidates, row, now, sample) - Dot(weights, row, before, sample))];
            Assert.True(errors.Sum(error => error * error) < 0.8 * unmatched.Sum(error => error * error));

            // At the minimum nothing is gained by changing a weight; that of the input that is gone stays.
            double dampening = moments.Hessian.DampeningOf(group);
            for (int c = 0; c < Columns; c++)
            {
                double gradient = errors.Select((error, sample) => error * now[sample * Columns + c]).Average(),
                    moved = fitted[row * Columns + c] - weights[row * Columns + c];
                Assert.Equal(0, c == 5 ? moved : gradient + dampening * moved, 1e-5);
            }
        }

        Assert.Equal(fitted, OutputMatching.Fit(weights, Rows, moments, 3));
    }

    [Fact]
    public void CrossMomentsAreThoseOfThePairs()
    {
        float[] left = RandomLayer.Normal(new Random(1), 70 * 9), right = RandomLayer.Normal(new Random(2), 70 * 9);
        var moments = new CrossMoments(9);
        moments.Add(left.AsSpan(0, 9 * 13), right.AsSpan(0, 9 * 13));
        moments.Add(left.AsSpan(9 * 13), right.AsSpan(9 * 13));
        double[] result = moments.Moments();
        for (int i = 0; i < 9; i++)
        {
            for (int j = 0; j < 9; j++)
                Assert.Equal(Enumerable.Range(0, 70).Average(s => (double)left[s * 9 + i] * right[s * 9 + j]), result[i * 9 + j], 1e-12);
        }

        Assert.Throws<ArgumentException>(() => moments.Add(left, right.AsSpan(9)));
        Assert.Throws<ArgumentException>(() => moments.Add([1], [1]));
        Assert.Throws<ArgumentException>(() => new CrossMoments(1).Add([float.NaN], [1]));
        Assert.Throws<InvalidOperationException>(() => new CrossMoments(3).Moments());
    }

    private static double Dot(float[] weights, int row, float[] x, int sample) =>
        Enumerable.Range(0, Columns).Sum(c => (double)weights[row * Columns + c] * x[sample * Columns + c]);

    private static LayerMoments Moments(params (float[] Now, float[] Before)[] groups)
    {
        SecondMoments[] now = [.. groups.Select(group => Seconds(group.Now))], before = [.. groups.Select(group => Seconds(group.Before))];
        double[][] cross = [.. groups.Select(group =>
        {
            var pairs = new CrossMoments(Columns);
            pairs.Add(group.Now, group.Before);
            return pairs.Moments();
        })];
        return new LayerMoments(new InputHessian([.. now.Select(moments => moments.Moments())]),
            [.. now.SelectMany(moments => moments.Mean())],
            cross, [.. before.SelectMany(moments => moments.Mean())]);
    }

    private static SecondMoments Seconds(float[] x)
    {
        var moments = new SecondMoments(Columns);
        moments.Add(x);
        return moments;
    }
}
