using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Data;
using ModelGen.Compression.Execution;
using ModelGen.Compression.Network;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>A network, its data and the compiled graphs that run and train it.</summary>
internal sealed class Workbench : IDisposable
{
    /// <summary>Softness of the original network's answers.</summary>
    public const float Temperature = 3;

    // Activations of a part should stay in the second-level cache.
    private const int PartBytes = 1 << 20;
    private readonly BatchRunner _exact;
    private readonly BatchRunner _rounded;

    /// <summary>Compiles the graphs and runs the original network over the data.</summary>
    /// <param name="network">The network for one sample (<see cref="FloatNetwork"/>).</param>
    /// <param name="data">Samples.</param>
    /// <param name="settings">Seed, threads, weights of the loss.</param>
    /// <param name="points">Names of values that are quantized in the end.</param>
    public Workbench(ModelGraph network, CompressionData data, CompressionSettings settings, IReadOnlyList<string> points)
    {
        Network = network;
        Data = data;
        Settings = settings;
        Points = points;
        Layers = WeightLayer.Of(network);
        bool classifies = data.HasLabels || network.Nodes.Any(node =>
            node.Operator is Graph.Operators.Softmax && node.Outputs.Contains(network.Outputs[0].Value));
        Loss = classifies ? TrainingLoss.Classification : TrainingLoss.MeanSquared;
        Plan = TrainingPlan.Create(network, data.Training.Count, settings.Epochs);
        if (settings.BatchSize is { } batch) Plan = Plan with { BatchSize = batch };
        Part = PartSize(network, Plan.BatchSize);
        _exact = new BatchRunner(TrainingStepBuilder.CreateForward(network, Part, Loss, [], []), Part, settings.Threads);
        _rounded = new BatchRunner(TrainingStepBuilder.CreateForward(network, Part, Loss, points, []), Part, settings.Threads);
        OriginalTraining = _exact.Run(data.Training);
        OriginalValidation = _exact.Run(data.Validation);
        CheckFinite("calibration", OriginalTraining, data.Training.Count);
        CheckFinite("validation", OriginalValidation, data.Validation.Count);
        OriginalQuality = Quality.Measure(OriginalValidation, OriginalValidation, data.Validation, Loss);
        Targets = new Targets(data.Training.Labels, settings.LabelWeight, OriginalTraining, _exact.OutputSize, Temperature);
        Trainer = new Trainer(TrainingStepBuilder.Create(network, Part, Loss, Temperature, points), Loss, Part, settings.Threads);
    }

    /// <summary>The network.</summary>
    public ModelGraph Network { get; }

    /// <summary>Samples.</summary>
    public CompressionData Data { get; }

    /// <summary>What is asked for.</summary>
    public CompressionSettings Settings { get; }

    /// <summary>Names of values that are quantized in the end.</summary>
    public IReadOnlyList<string> Points { get; }

    /// <summary>Layers with weights.</summary>
    public IReadOnlyList<WeightLayer> Layers { get; }

    /// <summary>What is trained for.</summary>
    public TrainingLoss Loss { get; }

    /// <summary>How it is trained.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>Samples a run of the training step.</summary>
    public int Part { get; }

    /// <summary>Outputs of the original network for the training samples.</summary>
    public float[] OriginalTraining { get; }

    /// <summary>Outputs of the original network for the validation samples.</summary>
    public float[] OriginalValidation { get; }

    /// <summary>Quality of the original network on the validation samples.</summary>
    public double OriginalQuality { get; }

    /// <summary>What the network is trained towards.</summary>
    public Targets Targets { get; }

    /// <summary>The trainer with the current parameters.</summary>
    public Trainer Trainer { get; }

    /// <summary>Quality of the current parameters on the validation samples.</summary>
    public double MeasureQuality()
    {
        float[] outputs = RunCurrent(Data.Validation);
        return Quality.Measure(outputs, OriginalValidation, Data.Validation, Loss);
    }

    /// <summary>Outputs of the current parameters and grids.</summary>
    public float[] RunCurrent(SampleSet samples)
    {
        Trainer.ApplyParameters();
        _rounded.Set(Trainer.Parameters.Select(parameter => KeyValuePair.Create(parameter.Parameter.Name, parameter.Effective)),
            Trainer.Grids);
        return _rounded.Run(samples);
    }

    /// <summary>Outputs of the original network.</summary>
    public float[] RunOriginal(SampleSet samples) => _exact.Run(samples);

    /// <summary>Targets of other samples than those of the training, by the original network's answers to them.</summary>
    public Targets TargetsOf(SampleSet samples) => Targets with { Labels = samples.Labels, Teacher = RunOriginal(samples) };

    /// <inheritdoc/>
    public void Dispose()
    {
        _exact.Dispose();
        _rounded.Dispose();
        Trainer.Dispose();
    }

    // Numbers beyond any sense, such as 3.4e38 for a reading that is missing, overflow inside.
    private static void CheckFinite(string what, float[] outputs, int samples)
    {
        int bad = Array.FindIndex(outputs, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new CompressionException(FormattableString.Invariant(
                $"{what} sample {bad / (outputs.Length / samples)} makes the network answer {outputs[bad]}; leave such samples out"));
    }

    private static int PartSize(ModelGraph network, int batch)
    {
        long largest = network.Nodes.Max(node => node.Outputs.Max(output => (long)output.Type.Bytes));
        int part = 32;
        while (part > 4 && (part * largest > PartBytes || batch % part != 0)) part /= 2;
        return part;
    }
}
