using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>What a compressed file says of itself in <c>metadata_props</c>: how it was made, and the bits of each neuron, for which ONNX
/// has no field.</summary>
internal static class CompressionMetadata
{
    /// <summary>Start of all keys.</summary>
    public const string Prefix = "modelgen.compress.";

    /// <summary>Behind the prefix and before the name of a weight constant: a digit for each of its rows (outputs; gates times hidden
    /// units), the bits that its weights were rounded to.</summary>
    public const string NeuronBits = "neuron_bits.";

    /// <summary>Collects it.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="hasLabels">Whether training samples had labels.</param>
    /// <param name="epochs">Epochs of fine-tuning.</param>
    /// <param name="meanBits">Mean bits a weight that were aimed at.</param>
    /// <param name="parameters">Parameters with their grids.</param>
    public static IReadOnlyDictionary<string, string> Create(
        CompressionSettings settings, bool hasLabels, int epochs, double meanBits, IEnumerable<TrainedParameter> parameters)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string key, object? value)
        {
            if (value is not null) entries[Prefix + key] = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        }

        Add("version", typeof(CompressionMetadata).Assembly.GetName().Version?.ToString(3));
        Add("method", epochs == 0 ? "one-shot" : "gradual");
        Add("sparsity", settings.Sparsity);
        Add("speedup", settings.Speedup);
        Add("weight_bytes", settings.WeightBytes);
        Add("max_accuracy_drop", settings.MaximumDrop);
        Add("pattern", settings.Pattern?.ToString().ToLowerInvariant() ?? "auto");
        Add("criterion", settings.Criterion.ToString().ToLowerInvariant());
        Add("bits", settings.Bits?.ToString(CultureInfo.InvariantCulture) ?? "auto");
        if (settings.Bits is null) Add("mean_bits", meanBits);
        Add("ranges", settings.Ranges.Method.ToString().ToLowerInvariant());
        Add("epochs", epochs);
        if (epochs > 0 && hasLabels) Add("label_weight", settings.LabelWeight);
        Add("augment", settings.Augmentation);
        Add("seed", settings.Seed);
        foreach (TrainedParameter parameter in parameters.Where(parameter => parameter.IsWeights && parameter.Grid is not null))
            Add(NeuronBits + parameter.Parameter.Name, string.Concat<int>(parameter.Grid!.Bits.ToArray()));
        return entries;
    }
}
