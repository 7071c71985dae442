using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tool.Tensors;
using ModelGen.Tool.Verification;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen run</c>; the document of <c>--json</c>.</summary>
/// <param name="Model">Path of the model.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="Output">File that holds the outputs, if one was asked for.</param>
/// <param name="Outputs">The outputs in short.</param>
internal sealed record RunReport(string Model, int Samples, string? Output, IReadOnlyList<OutputSummary> Outputs)
{
    private const int SamplesShown = 10;
    private const int LargestShown = 5;

    /// <summary>Sums up the outputs of a run.</summary>
    /// <param name="model">Path of the model.</param>
    /// <param name="info">The model.</param>
    /// <param name="outputs">Outputs of all samples.</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="outputPath">File they were written to, if any.</param>
    public static RunReport Create(string model, ModelInfo info, IReadOnlyList<NamedTensor> outputs, int samples, string? outputPath)
    {
        List<OutputSummary> summaries = [];
        foreach (NamedTensor output in outputs)
        {
            // Labels belong to the first output (ModelInfo.Labels), one an element.
            bool hasLabels = summaries.Count == 0 && info.Labels.Length == output.Tensor.Length / samples;
            string[] labels = hasLabels ? info.Labels.ToArray() : [];
            SampleSummary[] shown = Enumerable.Range(0, Math.Min(samples, SamplesShown))
                .Select(sample => new SampleSummary(sample, TopOne.Largest(output.Tensor, sample, samples, LargestShown)
                    .Select(e => new RankedElement(e.Index, hasLabels ? labels[e.Index] : null, e.Value)).ToArray()))
                .ToArray();
            (double minimum, double maximum, double mean) = Range(output.Tensor);
            summaries.Add(new OutputSummary(
                output.Name, TensorNames.Name(output.Tensor.ElementType), output.Tensor.Dimensions.ToArray(), minimum, maximum, mean,
                    shown));
        }
        return new RunReport(model, samples, outputPath, summaries);
    }

    private static (double Minimum, double Maximum, double Mean) Range(NumericTensor tensor)
    {
        if (tensor.Length == 0) return (0, 0, 0);
        double minimum = double.PositiveInfinity, maximum = double.NegativeInfinity, sum = 0;
        for (int i = 0; i < tensor.Length; i++)
        {
            double value = tensor.ToDouble(i);
            minimum = Math.Min(minimum, value);
            maximum = Math.Max(maximum, value);
            sum += value;
        }
        return (minimum, maximum, sum / tensor.Length);
    }
}
