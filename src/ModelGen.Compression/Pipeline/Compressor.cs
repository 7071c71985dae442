using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Compiler;
using ModelGen.Compression.Data;
using ModelGen.Compression.Execution;
using ModelGen.Compression.Export;
using ModelGen.Compression.Network;
using ModelGen.Compression.Quantize;
using ModelGen.Graph;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>Makes a network small: the stages in their order.</summary>
internal static class Compressor
{
    /// <summary>Compresses a model.</summary>
    /// <param name="file">The model file.</param>
    /// <param name="fileName">Its name, for reports.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="data">Samples.</param>
    /// <param name="progress">Told how far it is; may be called from any thread.</param>
    /// <param name="checkpoint">Where to go on from and what to leave behind when stopped; <see langword="null"/> for neither.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="CompressionException">The model cannot be compressed; the message says why.</exception>
    /// <exception cref="ModelException">The file is no model that can be compiled.</exception>
    public static CompressionResult Run(
        byte[] file, string fileName, CompressionSettings settings, CompressionData data, Action<CompressionProgress> progress,
        Checkpoint? checkpoint, CancellationToken cancellationToken)
    {
        progress(new CompressionProgress("reading", 0));
        ModelGraph network = FloatNetwork.Load(file, fileName, settings.InputShapes);
        NetworkChecks.Check(network, fileName, settings, data);
        using var before = new ModelEvaluator(file, fileName, settings.InputShapes);
        using var bench = new Workbench(network, data, settings,
            QuantizationPoints.Of(network).Select(point => point.Value.Name).ToArray());
        progress(new CompressionProgress("original network", 0.02,
            FormattableString.Invariant($"original: {bench.OriginalQuality:0.00} on validation")));

        var output = new QuantizedOutput(network, bench);
        using var search = new GradualSearch(bench, output, progress, checkpoint, cancellationToken);
        if (search.Epochs == 0) search.CompressInOneShot();
        else search.PruneAndTrain();

        progress(new CompressionProgress("writing", 0.97));
        byte[] result = output.Write(
            search.Grids, CompressionMetadata.Create(
                settings, data.Training.Labels is not null, search.Epochs, search.AimedBits, bench.Trainer.Parameters));
        using var after = new ModelEvaluator(result, fileName);
        float[] compiled = after.Run(data.Validation, settings.Threads);
        double validation = Quality.Measure(compiled, bench.OriginalValidation, data.Validation, bench.Loss);

        // The test samples are read here and nowhere else.
        float[]? testBefore = data.Test is null ? null : before.Run(data.Test, settings.Threads);
        float[]? testAfter = data.Test is null ? null : after.Run(data.Test, settings.Threads);
        bool countsTest = data.Test?.Labels is not null && bench.Loss == TrainingLoss.Classification;
        bool countsValidation = !countsTest && data.Validation.Labels is not null && bench.Loss == TrainingLoss.Classification;
        return new CompressionResult
        {
            File = result,
            Before = before.Report,
            After = after.Report,
            FloatBytes = sizeof(float) * bench.Trainer.Parameters.Sum(parameter => (long)parameter.Values.Length),
            ValidationBefore = bench.OriginalQuality,
            ValidationAfter = validation,
            MissedTargets = TargetCheck.Missed(settings, bench.Layers, after.Report, bench.OriginalQuality - validation),
            TestBefore = Test(testBefore),
            TestAfter = Test(testAfter),
            Curve = search.Curve,
            Sweep = search.Sweep,
            Epochs = search.Epochs,
            QualityName = Quality.NameOf(data.Validation, bench.Loss),
            TestQualityName = data.Test is null ? "" : Quality.NameOf(data.Test, bench.Loss),
            Layers = search.DescribeLayers(),
            ConfusionSource = countsTest ? "test" : countsValidation ? "validation" : "",
            ConfusionBefore = Confusion(testBefore, bench.OriginalValidation),
            ConfusionAfter = Confusion(testAfter, compiled),
        };

        double? Test(float[]? outputs) => outputs is null ? null
            : Quality.Measure(outputs, bench.RunOriginal(data.Test!), data.Test!, bench.Loss);

        IReadOnlyList<IReadOnlyList<int>> Confusion(float[]? test, float[] validation) =>
            countsTest ? ConfusionMatrix.Count(test!, data.Test!)
            : countsValidation ? ConfusionMatrix.Count(validation, data.Validation) : [];
    }
}
