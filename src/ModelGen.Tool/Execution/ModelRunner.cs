using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Execution;

/// <summary>Runs a model on whole arrays: sample by sample, results stacked.</summary>
internal static class ModelRunner
{
    /// <summary>Runs all samples.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">One array an input, in the order of the model. An array without sample axis serves every sample.</param>
    /// <param name="progress">Told the number of finished samples.</param>
    /// <returns>
    /// One array an output, in the order of the model, with a leading axis of samples when an input had one. Behind that axis the leading
    /// dimension 1 of an output is dropped when it was missing in the inputs.
    /// </returns>
    /// <exception cref="ToolException">The arrays disagree on the number of samples, or the results are too large.</exception>
    public static IReadOnlyList<NamedTensor> Run(IModel model, IReadOnlyList<BoundInput> inputs, Action<int>? progress = null)
    {
        int? samples = CountSamples(model.Info, inputs);
        bool keepsBatch = false;
        foreach (BoundInput input in inputs) keepsBatch |= input.SampleCount is not null && input.KeepsBatch;

        ReadOnlySpan<TensorInfo> outputInfos = model.Info.Outputs;
        int[][] shapes = new int[outputInfos.Length][];
        byte[][] results = new byte[outputInfos.Length][];
        for (int i = 0; i < results.Length; i++)
        {
            shapes[i] = StackedShape(outputInfos[i].Shape, samples, keepsBatch);
            if (!NumericTensor.TryGetByteCount(shapes[i], ModelInfo.SizeOf(outputInfos[i].ElementType), out int bytes))
                throw new ToolException(
                    $"output '{outputInfos[i].Name}' of all samples is too large for one array; give fewer samples at a time");
            results[i] = new byte[bytes];
        }

        byte[] inputBuffer = new byte[model.Info.InputBytes];
        byte[] outputBuffer = new byte[model.Info.OutputBytes];
        for (int sample = 0; sample < (samples ?? 1); sample++)
        {
            for (int i = 0; i < inputs.Count; i++) inputs[i].Sample(sample).CopyTo(inputBuffer.AsSpan(model.Info.Inputs[i].ByteOffset));
            RunOnce(model, inputBuffer, outputBuffer);
            for (int i = 0; i < results.Length; i++)
            {
                int bytes = results[i].Length / (samples ?? 1);
                outputBuffer.AsSpan(outputInfos[i].ByteOffset, bytes).CopyTo(results[i].AsSpan(sample * bytes));
            }
            progress?.Invoke(sample + 1);
        }

        NamedTensor[] outputs = new NamedTensor[results.Length];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = new NamedTensor(outputInfos[i].Name, new NumericTensor(outputInfos[i].ElementType, shapes[i], results[i]));
        return outputs;
    }

    /// <summary>Runs one sample; an exception from emitted code names the method it comes from.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">All inputs.</param>
    /// <param name="outputs">Receives all outputs.</param>
    /// <exception cref="ToolException">The emitted code failed.</exception>
    public static void RunOnce(IModel model, ReadOnlySpan<byte> inputs, Span<byte> outputs)
    {
        try
        {
            model.Run(inputs, outputs);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            string? method = new StackTrace(e).GetFrames().Select(f => f.GetMethod())
                .FirstOrDefault(m => m?.Module.Assembly == model.GetType().Assembly)?.Name;
            throw new ToolException(
                $"{model.Info.Name}: the emitted code failed, which is a fault of ModelGen: {e.GetType().Name} in {method}: {e.Message}",
                    e);
        }
    }

    /// <summary>The number of samples that all arrays agree on, or <see langword="null"/> when none has a sample axis.</summary>
    /// <param name="info">The model.</param>
    /// <param name="inputs">One array an input.</param>
    /// <exception cref="ToolException">They disagree.</exception>
    public static int? CountSamples(ModelInfo info, IReadOnlyList<BoundInput> inputs)
    {
        int? samples = null;
        string first = "";
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i].SampleCount is not int count) continue;
            if (samples is int known && known != count)
            {
                throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                    $"input '{first}' has {known} samples and input '{info.Inputs[i].Name}' has {count}; all must have the same number"));
            }
            if (samples is null) first = info.Inputs[i].Name;
            samples = count;
        }
        return samples;
    }

    private static int[] StackedShape(ReadOnlySpan<int> shape, int? samples, bool keepsBatch)
    {
        if (samples is not int count) return shape.ToArray();
        if (!keepsBatch && shape.Length > 0 && shape[0] == 1) shape = shape[1..];
        return [count, .. shape];
    }
}
