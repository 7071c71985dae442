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
        if (new[] { 1, 2, 3, 6 }.Any(i => node.OptionalInput(i) is { Constant: null }))
            throw context.Unsupported(node, "weights, biases or peepholes that are computed at run time");
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

        GateProduct inputProduct = Store(w, gates, inputs, context), recurrentProduct = Store(r, gates, hidden, context);
        bool hasRecurrentBias = layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: true };
        ConstantTable inputBiasTable = context.Constants.Add(inputBias);
        ConstantTable? recurrentBiasTable = hasRecurrentBias ? context.Constants.Add(recurrentBias) : null;

        // The products of all steps, the gates, and for a GRU that resets first the passed state and the candidates.
        int scratch = steps * gates + gates + (layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: false } ? 2 * hidden : 0);
        int nonZeroW = w.Count(value => value != 0), nonZeroR = r.Count(value => value != 0), weights = w.Length + r.Length;
        int multiplied = (inputProduct.IsSparse ? nonZeroW : w.Length) + (recurrentProduct.IsSparse ? nonZeroR : r.Length);
        double density = (double)(nonZeroW + nonZeroR) / Math.Max(1, weights);
        string form = (inputProduct.IsSparse, recurrentProduct.IsSparse) switch
        {
            (false, false) => "dense over gates",
            (true, true) => "sparse dot products",
            (true, false) => "sparse input, dense recurrence",
            _ => "dense input, sparse recurrence",
        };
        bool skips = inputProduct.IsSparse || recurrentProduct.IsSparse;
        return new RecurrentKernel
        {
            Description = FormattableString.Invariant($"{form}, float32, {(steps == 1 ? "1 step" : $"{steps} steps")}"),
            Reason = skips ? context.SparseReason(true, density) : "",
            Layer = layer,
            Steps = steps,
            InputProduct = inputProduct,
            RecurrentProduct = recurrentProduct,
            InputBias = inputBiasTable,
            RecurrentBias = recurrentBiasTable,
            Peepholes = node.OptionalInput(6) is { } peepholes ? context.AddTensor(peepholes.Constant!) : null,
            HasInitialHidden = node.OptionalInput(4) is not null,
            HasInitialCell = node.OptionalInput(5) is not null,
            InitialHidden = node.OptionalInput(4)?.Constant is { } h ? context.AddTensor(h) : null,
            InitialCell = node.OptionalInput(5)?.Constant is { } c ? context.AddTensor(c) : null,
            ScratchBytes = scratch * sizeof(float),
            Samples = samples,
            Cost = new LayerCost(
                weights, nonZeroW + nonZeroR, 32, (long)steps * multiplied, (long)steps * weights,
                inputProduct.Bytes + recurrentProduct.Bytes + inputBiasTable.Bytes + (recurrentBiasTable?.Bytes ?? 0)).Times(samples),
        };
    }

    private static GateProduct Store(float[] weights, int gates, int taps, PlanContext context)
    {
        double density = (double)weights.Count(value => value != 0) / Math.Max(1, weights.Length);
        if (!context.PrefersSparseProduct(density))
            return new GateProduct(taps, context.Constants.Add(PlanContext.TransposeMatrix(weights, gates, taps)),
                context.RowOffsets(taps, gates), null);
        SparseRows rows = SparseRows.Of(taps, gates, i => weights[i] != 0, context);
        return new GateProduct(taps, context.Constants.Add(rows.Entries.Select(i => weights[i]).ToArray()), rows.Indices, rows.First);
    }
}
