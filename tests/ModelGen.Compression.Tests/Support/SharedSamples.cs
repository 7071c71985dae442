using System;
using System.Linq;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;

namespace ModelGen.Compression.Tests.Support;

/// <summary>Samples for shared models, spread over a file and brought from the stored form to what the networks take.</summary>
internal static class SharedSamples
{
    /// <summary>Reads samples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">Its path below models/.</param>
    /// <param name="data">Path of the samples below data/; empty for the inputs recorded with the model.</param>
    /// <param name="count">How many at most.</param>
    public static ReferenceTensor[] Read(ReferenceModelCase model, string file, string data, int count)
    {
        NpyArray recorded = model.Inputs;
        NpyArray inputs = data.Length == 0 ? recorded : NpyArray.Load(SharedData.PathOf("data/" + data));
        int samples = Math.Min(count, inputs.Dims[0]);
        return Enumerable.Range(0, samples).Select(n =>
        {
            double[] sample = inputs.Sample(n * inputs.Dims[0] / samples);
            if (data.Length > 0) sample = Preprocessed(file, sample, inputs.Dims[^1]);
            return ReferenceTensor.Float([1, .. recorded.Dims[1..]], sample);
        }).ToArray();
    }

    // See the READMEs of the data: images are bytes, colours last.
    private static double[] Preprocessed(string file, double[] sample, int channels) => file.Split('/')[0] switch
    {
        "mnist" => Array.ConvertAll(sample, pixel => (double)((float)pixel / 255f)),
        "trash" => ChannelsFirst(Array.ConvertAll(sample, pixel => (double)((float)pixel / 255f)), channels),
        "mlperf-tiny" => ChannelsFirst(sample, channels),
        _ => sample,
    };

    private static double[] ChannelsFirst(double[] sample, int channels)
    {
        int pixels = sample.Length / channels;
        double[] result = new double[sample.Length];
        for (int i = 0; i < sample.Length; i++) result[i % channels * pixels + i / channels] = sample[i];
        return result;
    }
}
