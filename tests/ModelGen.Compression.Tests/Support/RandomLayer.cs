using System;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.LinearAlgebra;

namespace ModelGen.Compression.Tests.Support;

/// <summary>Random weights and inputs that depend on each other, as the inputs of real layers do.</summary>
internal sealed class RandomLayer
{
    /// <summary>Makes a layer.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="samples">Number of input samples.</param>
    public RandomLayer(int rows, int columns, int seed, int samples = 400)
    {
        var random = new Random(seed);
        Rows = rows;
        Columns = columns;
        Weights = Normal(random, rows * columns);
        Samples = Inputs(random, columns, samples);
        SecondMoments moments = new(columns, 1);
        moments.Add(Samples);
        Hessian = new InputHessian(moments.Moments());
        Means = moments.Mean();
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>Weights, row by row.</summary>
    public float[] Weights { get; }

    /// <summary>Inputs, sample by sample.</summary>
    public float[] Samples { get; }

    /// <summary>Second moments of the inputs.</summary>
    public InputHessian Hessian { get; }

    /// <summary>Means of the inputs.</summary>
    public double[] Means { get; }

    /// <summary>Normal random numbers.</summary>
    public static float[] Normal(Random random, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return values;
    }

    /// <summary>0.5 * (w - w0)^T (H + addition) (w - w0) over all rows, by definition.</summary>
    public double Loss(float[] changed, double addition = 0)
    {
        double sum = 0;
        for (int r = 0; r < Rows; r++)
        {
            for (int i = 0; i < Columns; i++)
            {
                double di = (double)changed[r * Columns + i] - Weights[r * Columns + i];
                for (int j = 0; j < Columns; j++)
                {
                    double dj = (double)changed[r * Columns + j] - Weights[r * Columns + j];
                    sum += 0.5 * di * (Hessian[0][i, j] + (i == j ? addition : 0)) * dj;
                }
            }
        }
        return sum;
    }

    // Neighbours share three quarters of their variation; every fifth input is small; a mean that is not zero.
    private static float[] Inputs(Random random, int columns, int samples)
    {
        float[] inputs = new float[samples * columns];
        for (int s = 0; s < samples; s++)
        {
            float[] noise = Normal(random, columns);
            float level = 0;
            for (int c = 0; c < columns; c++)
            {
                level = 0.75f * level + noise[c];
                inputs[s * columns + c] = (level + 0.3f) * (c % 5 == 4 ? 0.1f : 1);
            }
        }
        return inputs;
    }
}
