using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Rounding;
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
        Dictionary<string, TrainedParameter> byName = parameters.ToDictionary(parameter => parameter.Parameter.Name,
            StringComparer.Ordinal);
        foreach (Value input in network.Nodes.SelectMany(node => node.Inputs).OfType<Value>())
        {
            if (input.Constant is not null && byName.TryGetValue(input.Name, out TrainedParameter? parameter) && parameter.IsWeights
                && parameter.Grid is not null)
                weights[input] = Integers(parameter);
        }

        return new NetworkQuantization(activations, weights);
    }

    private static WeightQuantization Integers(TrainedParameter parameter)
    {
        WeightGrid grid = parameter.Grid!;

        // A row of zeros needs a scale all the same, for its bias; that of its neighbours is of the right size.
        bool[] empty = Enumerable.Range(0, parameter.Rows).Select(row =>
            parameter.Effective.AsSpan(row * parameter.Columns, parameter.Columns).IndexOfAnyExcept(0f) < 0).ToArray();
        float[] scales = grid.Scales.ToArray();
        float usual = scales.Where((_, row) => !empty[row]).DefaultIfEmpty(1).Max();
        for (int row = 0; row < scales.Length; row++)
            if (empty[row]) scales[row] = usual;
        return new WeightQuantization(grid.Quantize(parameter.Effective), scales, grid.Bits.ToArray());
    }
}
