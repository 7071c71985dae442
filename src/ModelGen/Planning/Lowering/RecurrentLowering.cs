using System;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Recurrent layers: weights are stored by input so that a run of gates is computed at once.</summary>
internal static class RecurrentLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        var layer = (Recurrent)node.Operator;
        if (new[] { 1, 2, 3, 6 }.Any(i => node.OptionalInput(i) is { Constant: null })) throw context.Unsupported(node, "weights, biases or peepholes that are computed at run time");
        Value x = node.Input(0);
        int samples = x.Shape[0], steps = x.Shape[1], inputs = x.Shape[2], hidden = layer.Hidden, gates = layer.Gates * hidden;
        float[] w = node.Input(1).Constant!.ToFloats(), r = node.Input(2).Constant!.ToFloats();
        float[] bias = node.OptionalInput(3)?.Constant!.ToFloats() ?? new float[2 * gates];

        // W x + Wb and R h + Rb are added anyway, except for the candidate of a GRU that resets after the product.
        float[] inputBias = bias.Take(gates).ToArray(), recurrentBias = new float[gates];
        for (int g = 0; g < gates; g++)
        {
            if (layer.Cell == RecurrentCell.Gru && layer.LinearBeforeReset && g >= 2 * hidden) recurrentBias[g] = bias[gates + g];
            else inputBias[g] += bias[gates + g];
        }

        ConstantTable[] tables =
        [
            context.Constants.Add(PlanContext.TransposeMatrix(w, gates, inputs)), context.RowOffsets(inputs, gates),
            context.Constants.Add(PlanContext.TransposeMatrix(r, gates, hidden)), context.RowOffsets(hidden, gates),
            context.Constants.Add(inputBias), context.Constants.Add(recurrentBias),
        ];
        int nonZero = w.Count(value => value != 0) + r.Count(value => value != 0), weights = w.Length + r.Length;
        return new RecurrentKernel
        {
            Description = FormattableString.Invariant($"dense over gates, float32, {steps} steps"),
            Layer = layer,
            Steps = steps,
            Inputs = inputs,
            InputWeights = tables[0],
            InputOffsets = tables[1],
            RecurrentWeights = tables[2],
            RecurrentOffsets = tables[3],
            InputBias = tables[4],
            RecurrentBias = tables[5],
            Peepholes = node.OptionalInput(6) is { } peepholes ? context.AddTensor(peepholes.Constant!) : null,
            HasInitialHidden = node.OptionalInput(4) is not null,
            HasInitialCell = node.OptionalInput(5) is not null,
            InitialHidden = node.OptionalInput(4)?.Constant is { } h ? context.AddTensor(h) : null,
            InitialCell = node.OptionalInput(5)?.Constant is { } c ? context.AddTensor(c) : null,
            ScratchBytes = (steps * gates + 2 * gates + hidden) * sizeof(float),
            Samples = samples,
            Cost = new LayerCost(weights, nonZero, 32, (long)steps * weights, (long)steps * weights, tables.Sum(table => (long)table.Bytes)).Times(samples),
        };
    }
}
