using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Recurrent layers: weights are stored by input so that a run of gates is computed at once.</summary>
internal static class RecurrentLowering
{
    // Bytes of weights that are in a first-level cache at every step as real numbers, too.
    private const int LargestWidened = 32 << 10;

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

        bool hasRecurrentBias = layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: true };
        bool isUsual = layer.HasUsualGates && node.OptionalInput(6) is null;
        if (context.Options.Profile == Profile.Modern && isUsual && context.Options.Optimize != Optimization.Size)
            return LowerToBlocks(node, inputBias, hasRecurrentBias ? recurrentBias : null, context);

        // The products of all steps, the gates, and for a GRU that resets first the passed state and the candidates.
        int scratch = steps * gates + gates + (layer is { Cell: RecurrentCell.Gru, LinearBeforeReset: false } ? 2 * hidden : 0);
        var tables = new LayerTables(context, scratch * sizeof(float));
        var input = new GateMatrix(node.Input(1).Constant!, context);
        var recurrent = new GateMatrix(node.Input(2).Constant!, context);
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(
            input.PlainBytes + recurrent.PlainBytes, input.PackedBytes + recurrent.PackedBytes,
            (hasRecurrentBias ? 2 : 1) * sizeof(float) * gates,
            (NarrowTable.Width(inputBias) + (hasRecurrentBias ? NarrowTable.Width(recurrentBias) : 0)) * gates,
            input.Offsets.Bytes + recurrent.Offsets.Bytes, input.Offsets.RepeatedBytes + recurrent.Offsets.RepeatedBytes),
            StorageRules.IsCheap((long)steps * samples, isDense: false));
        GateProduct inputProduct = input.Store(tables, storage), recurrentProduct = recurrent.Store(tables, storage);
        ConstantTable inputBiasTable = tables.Floats(inputBias, storage.Narrows);
        ConstantTable? recurrentBiasTable = hasRecurrentBias ? tables.Floats(recurrentBias, storage.Narrows) : null;
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
            Reason = string.Join("; ", new[] { skips ? context.SparseReason(true, density) : "", storage.Reason }.Where(reason =>
                reason.Length > 0)),
            Packing = storage.Packs ? GateMatrix.Describe(input, recurrent) : "",
            Layer = layer,
            Steps = steps,
            Inputs = inputs,
            InputProduct = inputProduct,
            RecurrentProduct = recurrentProduct,
            InputBias = inputBiasTable,
            RecurrentBias = recurrentBiasTable,
            Peepholes = node.OptionalInput(6) is { } peepholes ? context.AddTensor(peepholes.Constant!) : null,
            HasInitialHidden = node.OptionalInput(4) is not null,
            HasInitialCell = node.OptionalInput(5) is not null,
            InitialHidden = node.OptionalInput(4)?.Constant is { } h ? context.AddTensor(h) : null,
            InitialCell = node.OptionalInput(5)?.Constant is { } c ? context.AddTensor(c) : null,
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Samples = samples,
            Cost = new LayerCost(
                weights, nonZeroW + nonZeroR, GateMatrix.Bits(input, recurrent), (long)steps * multiplied, (long)steps * weights,
                tables.StoredBytes([.. inputProduct.Tables, .. recurrentProduct.Tables, inputBiasTable, recurrentBiasTable]))
                .Times(samples),
        };
    }

    // Blocks of one input and eight gates: what vectors compute at once, without the blocks that are zero.
    private static RecurrentKernel LowerToBlocks(Node node, float[] inputBias, float[]? recurrentBias, PlanContext context)
    {
        var layer = (Recurrent)node.Operator;
        Value x = node.Input(0);
        Tensor w = node.Input(1).Constant!, r = node.Input(2).Constant!;
        int samples = x.Shape[0], steps = x.Shape[1], inputs = x.Shape[2], gates = layer.Gates * RecurrentKernel.Padded(layer.Hidden);
        bool isGru = layer.Cell == RecurrentCell.Gru;
        bool widens = context.Options.Optimize == Optimization.Speed && sizeof(float) * (long)gates * (inputs + layer.Hidden) <= LargestWidened;
        var input = new GateBlocks(w, layer, widens);
        var recurrent = new GateBlocks(r, layer, widens);
        bool isJoint = !isGru && input.IsDenseFloat && recurrent.IsDenseFloat;
        int others = isGru ? layer.Gates + 1 : layer.Cell == RecurrentCell.Lstm ? 1 : 0;
        int scratch = gates + others * RecurrentKernel.Padded(layer.Hidden) + RecurrentKernel.StateLength(layer.Hidden, inputs, isJoint);
        var tables = new LayerTables(context, scratch * sizeof(float));
        BlockedProduct? inputBlocks = isJoint ? null : input.Store(tables, steps, context);
        BlockedProduct recurrentBlocks = isJoint ? GateBlocks.StoreJoint(recurrent, input, tables, steps, context)
            : recurrent.Store(tables, steps, context);
        ConstantTable bias = context.Constants.Add(GateBlocks.Pad(inputBias, layer));
        ConstantTable? secondBias = recurrentBias is null ? null : context.Constants.Add(GateBlocks.Pad(recurrentBias, layer));
        int weights = w.Count + r.Count, nonZero = w.ToFloats().Count(value => value != 0) + r.ToFloats().Count(value => value != 0);
        int multiplied = (inputBlocks?.Weights.Length ?? 0) + recurrentBlocks.Weights.Length, all = gates * (inputs + layer.Hidden);
        bool skips = multiplied < all;
        return new RecurrentKernel
        {
            Description = FormattableString.Invariant($"blocks of {BlockedMatrix.Lanes} gates, float32, {(steps == 1 ? "1 step" : $"{steps} steps")}"),
            Reason = skips ? context.SparseReason(true, (double)multiplied / all, FormattableString.Invariant($"blocks of {BlockedMatrix.Lanes} weights")) : "",
            Layer = layer,
            Steps = steps,
            Inputs = inputs,
            InputBlocks = inputBlocks,
            RecurrentBlocks = recurrentBlocks,
            InputBias = bias,
            RecurrentBias = secondBias,
            HasInitialHidden = node.OptionalInput(4) is not null,
            HasInitialCell = node.OptionalInput(5) is not null,
            InitialHidden = node.OptionalInput(4)?.Constant is { } h ? context.AddTensor(h) : null,
            InitialCell = node.OptionalInput(5)?.Constant is { } c ? context.AddTensor(c) : null,
            ScratchBytes = tables.ScratchBytes,
            Expansions = tables.Expansions,
            Samples = samples,
            Cost = new LayerCost(
                weights, nonZero, GateMatrix.Bits(new GateMatrix(w, context), new GateMatrix(r, context)), (long)steps * (skips ? nonZero : weights),
                (long)steps * weights, tables.StoredBytes([.. inputBlocks?.Tables ?? [], .. recurrentBlocks.Tables, bias, secondBias]))
            {
                Products = (long)steps * multiplied,
            }.Times(samples),
        };
    }
}
