using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Compression.Export;
using ModelGen.Compression.Network;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Passes.DeadChannels;

namespace ModelGen.Compression.Pipeline;

/// <summary>Writes the current parameters of a workbench as a quantized model.</summary>
internal sealed class QuantizedOutput
{
    private readonly ModelGraph _network;
    private readonly Workbench _bench;

    /// <summary>Prepares for a network.</summary>
    public QuantizedOutput(ModelGraph network, Workbench bench)
    {
        _network = network;
        _bench = bench;
    }

    /// <summary>The ONNX file of the current parameters on their grids.</summary>
    /// <param name="grids">Grid of each quantization point.</param>
    /// <param name="metadata">What the file says of itself.</param>
    public byte[] Write(IReadOnlyDictionary<string, ActivationGrid> grids, IReadOnlyDictionary<string, string> metadata)
    {
        _bench.Trainer.ApplyParameters();
        ModelGraph trained = ReplaceParameters.Run(
            _network, _bench.Trainer.Parameters.ToDictionary(parameter => parameter.Parameter.Name, Stored));
        NetworkQuantization quantization = NetworkQuantizer.Create(QuantizationPoints.Of(trained), trained, _bench.Trainer.Parameters,
            grids);
        return OnnxExporter.Export(InsertQuantization.Run(trained, quantization), new ExportOptions
        {
            Metadata = metadata,
            SparseInitializers = _bench.Settings.SparseInitializers,
            LowBitTypes = _bench.Settings.LowBitTypes,
        });
    }

    private static float[] Stored(TrainedParameter parameter) =>
        parameter.Parameter.Node.Operator is Recurrent layer && !parameter.IsWeights
        ? RecurrentBiases.Shorten(layer, parameter.Effective) : parameter.Effective;

    /// <summary>What the compiler would make of the network if training ended now; weights without a grid get one for that.</summary>
    /// <param name="goal">What kernels are chosen for.</param>
    /// <param name="keepsChannels">Whether channels and hidden units stay that happen to lose all weights: to compare kernels.</param>
    public ModelReport Compile(Optimization goal, bool keepsChannels = false)
    {
        // Positions of zeros and bits count, not exact values, so any grid will do.
        CompressionSettings settings = _bench.Settings;
        TrainedParameter[] weights = _bench.Trainer.Parameters.Where(parameter => parameter.IsWeights && parameter.Grid is null).ToArray();
        int bits = settings.Bits ?? (int)Math.Round(settings.FirstMeanBits);
        foreach (TrainedParameter parameter in weights)
            parameter.Grid = WeightBits.Fit(parameter, [bits], null, settings.Threads);
        var grids = _bench.Points.ToDictionary(point => point, _ => new ActivationGrid(1 / 64f, 128), StringComparer.Ordinal);
        byte[] file = Write(grids, new Dictionary<string, string>());
        foreach (TrainedParameter parameter in weights) parameter.Grid = null;
        var options = new CompileOptions { Optimize = goal };
        if (keepsChannels) options = options with { SkippedPasses = new EquatableArray<string>([nameof(RemoveDeadChannels)]) };
        return ModelCompiler.Compile(file, "estimate", options).Report;
    }
}
