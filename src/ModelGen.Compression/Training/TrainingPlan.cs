using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Network;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Training;

/// <summary>How long and in what steps a network is fine-tuned.</summary>
/// <param name="Epochs">Times that each sample is seen.</param>
/// <param name="BatchSize">Samples a step.</param>
/// <param name="Rate">Peak learning rate, relative to the size of the weights.</param>
internal sealed record TrainingPlan(int Epochs, int BatchSize, float Rate)
{
    // About ten minutes on two cores: nanoseconds a sample for a multiply-accumulate and for an element of an activation, measured on
    // networks of all kinds. Estimated and not timed, so that the plan and with it the result is the same everywhere.
    private const double Budget = 600e9, PerProduct = 0.12, PerRecurrentProduct = 0.3, PerElement = 4;
    private const long MostBatches = 40_000, FewestSteps = 5_000;
    private const int LargestBatch = 128, SmallestBatch = 32;
    private const float RateOfLargestBatch = 0.05f;

    /// <summary>Makes a plan.</summary>
    /// <param name="network">The network.</param>
    /// <param name="samples">Training samples.</param>
    /// <param name="epochs">Epochs when they are given, 0 for no training.</param>
    public static TrainingPlan Create(ModelGraph network, int samples, int? epochs)
    {
        int count = epochs ?? Automatic(network, samples), batch = LargestBatch;

        // Few samples or epochs are better spent on small steps than on few.
        while (batch > SmallestBatch && (long)count * samples / batch < FewestSteps) batch /= 2;
        return new TrainingPlan(count, batch, RateOfLargestBatch * MathF.Sqrt((float)batch / LargestBatch));
    }

    private static int Automatic(ModelGraph network, int samples)
    {
        IReadOnlyList<WeightLayer> layers = WeightLayer.Of(network);
        double products = layers.Sum(layer =>
            (double)layer.WeightCount * layer.Positions * (layer.Node.Operator is Recurrent ? PerRecurrentProduct : PerProduct));
        double elements = network.Nodes.Sum(node => node.Outputs.Sum(output => (double)output.Shape.Count)) * PerElement;
        double most = MostBatches * (double)LargestBatch / samples;
        return (int)Math.Ceiling(Math.Min(Budget / ((products + elements) * samples), most));
    }
}
