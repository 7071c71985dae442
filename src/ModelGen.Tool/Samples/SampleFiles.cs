using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using ModelGen.Compression.Data;
using ModelGen.Graph;
using ModelGen.Tool.Output;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Samples;

/// <summary>Reads samples and labels for compression.</summary>
internal static class SampleFiles
{
    /// <summary>Reads samples along the first axis.</summary>
    /// <param name="path">A .npy, .npz or .csv file; .npy also packed as .npy.gz.</param>
    /// <param name="labelPath">A file with one class a sample, or <see langword="null"/>.</param>
    /// <param name="input">Input of the model.</param>
    /// <param name="layout">How values become inputs.</param>
    /// <exception cref="ToolException">A file cannot be read or does not fit.</exception>
    public static SampleSet Read(string path, string? labelPath, Value input, SampleLayout layout)
    {
        NumericTensor tensor = ReadTensor(path);
        int[] dimensions = tensor.Dimensions.ToArray(), shape = input.Shape.ToArray();
        if (dimensions.Length == 0 || dimensions[0] == 0) throw new ToolException($"{path}: holds no samples");
        if (layout.ChannelsLast && dimensions.Length != shape.Length)
            throw new ToolException(
                $"{path}: shape {TensorNames.Shape(dimensions)} has no channels last; --input-layout nhwc needs samples with as many axes "
                + $"as input '{input.Name}' {TensorNames.Shape(shape)}");
        int[] sample = layout.ChannelsLast ? [dimensions[^1], .. dimensions[1..^1]] : dimensions[1..];
        if (!(layout.ChannelsLast ? sample.SequenceEqual(shape.Skip(1)) : Fits(sample, shape)))
        {
            string turned = layout.ChannelsLast ? " with channels last" : "";
            throw new ToolException(
                $"{path}: shape {TensorNames.Shape(dimensions)}{turned} does not fit input '{input.Name}' {TensorNames.Shape(shape)}; "
                + "give samples of that shape along the first axis");
        }

        var values = new float[tensor.Length];
        for (int i = 0; i < values.Length; i++) values[i] = (float)(tensor.ToDouble(i) * layout.Scale);
        if (layout.ChannelsLast) values = ChannelsFirst(values, dimensions);
        int[]? labels = labelPath is null ? null : ReadLabels(labelPath, dimensions[0], path);
        return new SampleSet(values, input.Shape.Count, labels);
    }

    // The same axes but for those of length 1, or one long row.
    private static bool Fits(int[] sample, int[] shape)
    {
        int[] left = sample.Where(size => size != 1).ToArray(), right = shape.Where(size => size != 1).ToArray();
        long count = sample.Aggregate(1L, (a, b) => a * b);
        return left.SequenceEqual(right) || ((left.Length <= 1 || right.Length <= 1) && count == shape.Aggregate(1L, (a, b) => a * b));
    }

    private static float[] ChannelsFirst(float[] values, int[] dimensions)
    {
        int channels = dimensions[^1], size = values.Length / dimensions[0], pixels = size / channels;
        var turned = new float[values.Length];
        for (int sample = 0; sample < dimensions[0]; sample++)
        {
            for (int pixel = 0; pixel < pixels; pixel++)
                for (int channel = 0; channel < channels; channel++)
                    turned[sample * size + channel * pixels + pixel] = values[sample * size + pixel * channels + channel];
        }

        return turned;
    }

    private static int[] ReadLabels(string path, int samples, string samplePath)
    {
        NumericTensor tensor = ReadTensor(path);
        if (tensor.Length != samples)
            throw new ToolException($"{path}: holds {tensor.Length} labels, but {samplePath} has {samples} samples");
        var labels = new int[samples];
        for (int i = 0; i < samples; i++)
        {
            double value = tensor.ToDouble(i);
            if (value != Math.Floor(value) || Math.Abs(value) > int.MaxValue)
                throw new ToolException(FormattableString.Invariant($"{path}: label {value} of sample {i} is not the number of a class"));
            labels[i] = (int)value;
        }

        return labels;
    }

    private static NumericTensor ReadTensor(string path)
    {
        if (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            return CsvReader.Read(InputFile.ReadAllBytes(path, Array.MaxLength), path);
        if (!path.EndsWith(".npy.gz", StringComparison.OrdinalIgnoreCase)) return TensorFiles.ReadSingle(path);
        try
        {
            using var unpacked = new MemoryStream();
            var file = new MemoryStream(InputFile.ReadAllBytes(path, Array.MaxLength));
            using (var packed = new GZipStream(file, CompressionMode.Decompress)) packed.CopyTo(unpacked);
            return NpyReader.Read(unpacked.ToArray(), path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ToolException($"{path}: is not a gzip file or is damaged: {e.Message}", e);
        }
    }
}
