using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Training;
using ModelGen.Graph;

namespace ModelGen.Compression.Quantize;

/// <summary>Turns trained parameters with their grids into the integers of the quantized network.</summary>
internal static class NetworkQuantizer
{
    /// <summary>Makes the quantization.</summary>
    /// <param name="points">Quantization points of the network.</param>
    /// <param name="network">The network with its trained biases.</param>
    /// <param name="parameters">Trained parameters; weights have grids.</param>
    /// <param name="grids">Grid of each point by name.</param>
    public static NetworkQuantization Create(
        IReadOnlyList<QuantizationPoint> points, ModelGraph network, IReadOnlyList<TrainedParameter> parameters,
        IReadOnlyDictionary<string, ActivationGrid> grids)
    {
        var activations = points.ToDictionary(point => point.Value, point =>
        {
            ActivationGrid grid = grids[point.Value.Name];
            return new TensorQuantization(ElementType.UInt8, grid.Scale, grid.ZeroPoint);
        });
        var weights = new Dictionary<Value, WeightQuantization>();
        Dictionary<string, TrainedParameter> byName = parameters.ToDictionary(parameter => parameter.Parameter.Name, StringComparer.Ordinal);
        foreach (Value input in network.Nodes.SelectMany(node => node.Inputs).OfType<Value>())
        {
            if (input.Constant is not null && byName.TryGetValue(input.Name, out TrainedParameter? parameter) && parameter.IsWeights && parameter.Grid is not null)
                weights[input] = Integers(parameter);
        }

        return new NetworkQuantization(activations, weights);
    }

    private static WeightQuantization Integers(TrainedParameter parameter)
    {
        WeightGridState grid = parameter.Grid!;
        var values = new sbyte[parameter.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int row = i / parameter.Columns;
            if (grid.Scales[row] > 0) values[i] = (sbyte)MathF.Round(parameter.Effective[i] / grid.Scales[row]);
        }

        // A row of zeros needs a scale all the same, for its bias; that of its neighbours is of the right size.
        float usual = grid.Scales.Where(scale => scale > 0).DefaultIfEmpty(1).Max();
        float[] scales = grid.Scales.Select(scale => scale > 0 ? scale : usual).ToArray();
        int[] bits = grid.Limits.Select(limit => 1 + (int)Math.Log2(limit + 1)).ToArray();
        return new WeightQuantization(values, scales, bits);
    }
}
