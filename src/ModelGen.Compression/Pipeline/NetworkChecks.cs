using System;
using System.Linq;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Data;
using ModelGen.Compression.Network;
using ModelGen.Graph;

namespace ModelGen.Compression.Pipeline;

/// <summary>What must hold before compression starts.</summary>
internal static class NetworkChecks
{
    /// <summary>Fewest samples to measure ranges on.</summary>
    public const int FewestSamples = 32;

    // Readings that are missing are sometimes written as 3.4e38.
    private const float LargestValue = 1e19f;

    /// <summary>Checks a network before samples of it are read.</summary>
    /// <exception cref="CompressionException">It cannot be compressed; the message says why.</exception>
    public static void CheckNetwork(ModelGraph network, string name)
    {
        if (network.Inputs.Count != 1)
        {
            string inputs = string.Join(", ", network.Inputs.Select(input => input.Name));
            throw new CompressionException($"{name}: has {network.Inputs.Count} inputs ({inputs}); compress knows networks with one");
        }

        if (network.Outputs.Count != 1)
        {
            string outputs = string.Join(", ", network.Outputs.Select(output => output.Name));
            throw new CompressionException($"{name}: has {network.Outputs.Count} outputs ({outputs}); compress knows networks with one");
        }

        if (network.Inputs[0].Element != ElementType.Float32)
            throw new CompressionException(
                $"{name}: input \"{network.Inputs[0].Name}\" is {network.Inputs[0].Type}; compress needs a float32 input");
        foreach (Node node in network.Nodes)
        {
            foreach (Value? input in node.Inputs)
            {
                if (input?.Constant is not { Element: ElementType.Float32 } constant) continue;
                foreach (float value in constant.As<float>())
                    if (!float.IsFinite(value))
                        throw new CompressionException($"{name}: node \"{node.Name}\" has a weight that is {value}");
            }
        }

        if (WeightLayer.Of(network).Count == 0)
            throw new CompressionException($"{name}: has no layer with constant weights, so there is nothing to compress");
    }

    /// <summary>Checks a network and its samples against each other.</summary>
    /// <exception cref="CompressionException">They do not fit; the message says what is wanted.</exception>
    public static void Check(ModelGraph network, string name, CompressionSettings settings, CompressionData data)
    {
        CheckNetwork(network, name);
        if (settings.Epochs == 0) CheckOneShot(network, name);
        if (settings.Augmentation is { Mirrors: true } or { Turn: > 0 } && network.Inputs[0].Shape.Rank != 4)
            throw new CompressionException(
                $"{name}: input \"{network.Inputs[0].Name}\" {network.Inputs[0].Shape} holds no images to mirror or turn");
        if (data.Training.Count < FewestSamples)
            throw new CompressionException(
                $"{data.Training.Count} calibration samples (without those held back for validation) are too few; "
                + $"at least {FewestSamples} are wanted, better 256 or more");
        Shape answer = network.Outputs[0].Value.Shape;
        if (data.HasLabels && answer.Dimensions.Count(size => size > 1) > 1)
            throw new CompressionException(
                $"{name}: output \"{network.Outputs[0].Name}\" {answer} holds more than one answer a sample, which labels do not fit; leave labels out");
        CheckSamples(network, "calibration", data.Training);
        CheckSamples(network, "validation", data.Validation);
        if (data.Test is not null) CheckSamples(network, "test", data.Test);
    }

    // One shot needs the moments of all pairs of a layer's inputs.
    private static void CheckOneShot(ModelGraph network, string name)
    {
        foreach (WeightLayer layer in WeightLayer.Of(network))
        {
            int columns = layer.Weights.Max(weights => weights.Shape.Product(1, weights.Shape.Rank));
            if (columns > SecondMoments.MaxColumns)
                throw new CompressionException(
                    $"{name}: layer \"{layer.Name}\" has {columns} inputs, too many to prune in one shot "
                    + $"({SecondMoments.MaxColumns} at most); fine-tuning has no such limit");
        }
    }

    /// <summary>Checks samples against a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="what">What the samples are for.</param>
    /// <param name="samples">The samples, in the order of their file.</param>
    /// <exception cref="CompressionException">They do not fit; the message names the first sample that does not.</exception>
    public static void CheckSamples(ModelGraph network, string what, SampleSet samples)
    {
        Value input = network.Inputs[0];
        int outputs = network.Outputs[0].Value.Shape.Count;
        if (samples.SampleSize != input.Shape.Count)
            throw new CompressionException(
                $"{what} samples have {samples.SampleSize} elements; input \"{input.Name}\" has {input.Shape.Count}");
        int bad = Array.FindIndex(samples.Values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new CompressionException(
                $"{what} sample {bad / samples.SampleSize} holds {samples.Values[bad]}; all values must be finite");
        int large = Array.FindIndex(samples.Values, value => MathF.Abs(value) > LargestValue);
        if (large >= 0)
            throw new CompressionException(
                $"{what} sample {large / samples.SampleSize} holds {samples.Values[large]}, whose square float32 does not hold; leave such samples out");
        int wrong = samples.Labels is null ? -1 : Array.FindIndex(samples.Labels, label => label < 0 || label >= outputs);
        if (wrong >= 0)
        {
            throw new CompressionException(
                $"{what} label {samples.Labels![wrong]} of sample {wrong} is out of range; the network has {outputs} classes, "
                + $"0 to {outputs - 1}");
        }
    }
}
