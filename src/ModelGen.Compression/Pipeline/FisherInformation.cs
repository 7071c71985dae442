using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using System.Threading;
using ModelGen.Compression.Data;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>
/// Fisher information of weights from gradients that are looked at without a step being made: for what is decided before a training,
/// between its steps, or without one. Targets are drawn independently (<see cref="DrawnTargets"/>), so that gradients of samples have mean
/// zero and the squared gradient of a batch is that of a sample over the size of the batch.
/// </summary>
internal static class FisherInformation
{
    /// <summary>Batches that are looked at.</summary>
    public const int Batches = 24;

    /// <summary>Observes the current parameters, weights exact and activations on the current grids.</summary>
    /// <param name="bench">Network, samples and the step.</param>
    /// <param name="weights">The matrices that are asked for.</param>
    /// <param name="seen">Called behind each batch, when its gradients are there; <see langword="null"/> for nothing.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>For each matrix the mean squared gradients of its weights, masked ones included; the same for any number of
    /// threads.</returns>
    public static IReadOnlyList<float[]> Observe(
        Workbench bench, IReadOnlyList<TrainedParameter> weights, Action? seen, CancellationToken cancellation)
    {
        int seed = bench.Settings.Seed;
        bool onlyKept = bench.Trainer.OnlyKept;
        bench.Trainer.OnlyKept = false;
        var order = new SampleOrder(bench.Data.Training.Count, bench.Plan.BatchSize, seed);
        var random = new Random(seed);
        float[][] means = weights.Select(parameter => new float[parameter.Values.Length]).ToArray();
        for (int batch = 0; batch < Batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            Look(bench, bench.Data.Training.Subset(order.Batch(batch).ToArray()), random);
            seen?.Invoke();
            for (int i = 0; i < means.Length; i++)
            {
                float[] gradient = weights[i].Gradient;
                TensorPrimitives.Multiply(gradient, gradient, gradient);
                TensorPrimitives.MultiplyAdd(gradient, 1f / Batches, means[i], means[i]);
            }
        }

        bench.Trainer.OnlyKept = onlyKept;
        return means;
    }

    /// <summary>Leaves the gradients of a batch towards drawn targets in the parameters of the trainer.</summary>
    /// <param name="bench">Network and step.</param>
    /// <param name="samples">The batch.</param>
    /// <param name="random">Decides about the targets.</param>
    public static void Look(Workbench bench, SampleSet samples, Random random)
    {
        Targets drawn = DrawnTargets.Draw(
            bench.RunCurrent(samples), bench.Targets.Outputs, bench.Loss, bench.Targets.Temperature, random);
        bench.Trainer.ComputeGradients(samples, drawn, Enumerable.Range(0, samples.Count).ToArray());
    }
}
