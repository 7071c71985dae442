using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>LSTM, GRU and RNN over a whole sequence; each direction becomes an operation of its own.</summary>
internal static class RecurrentImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["RNN"] = node => Import(node, RecurrentCell.Simple);
        importers["GRU"] = node => Import(node, RecurrentCell.Gru);
        importers["LSTM"] = node => Import(node, RecurrentCell.Lstm);
    }

    private static void Import(NodeContext node, RecurrentCell cell)
    {
        Value x = node.Input(0), w = node.Input(1), r = node.Input(2);
        bool batchFirst = node.Int("layout", 0) != 0;
        if (x.Shape.Rank != 3 || w.Shape.Rank != 3 || r.Shape.Rank != 3)
            throw node.Invalid($"has input {x.Shape}, W {w.Shape}, R {r.Shape}");
        if (!batchFirst) x = SwapLeadingAxes(node, x, "sampleFirst");
        int samples = x.Shape[0], time = x.Shape[1];
        CheckSequenceLength(node, time);

        string direction = node.Text("direction", "forward");
        int directions = direction == "bidirectional" ? 2 : 1, hidden = r.Shape[2];
        if (w.Shape[0] != directions || r.Shape[0] != directions) throw node.Invalid($"has weights {w.Shape} for direction {direction}");
        RecurrentActivation[] activations = Activations(node, cell, directions);
        int perDirection = activations.Length / directions;

        var sequences = new Value[directions];
        var lastHidden = new Value[directions];
        var lastCell = new Value[directions];
        for (int d = 0; d < directions; d++)
        {
            var layer = new Recurrent(
                cell, hidden, direction == "reverse" || d == 1, new(activations.Skip(d * perDirection).Take(perDirection)),
                node.Int("linear_before_reset", 0) != 0, node.Float("clip", 0), node.Int("input_forget", 0) != 0);
            Value[] results = node.AddMany(
                layer, $"direction{d}", x, Part(node, w, d, "W"), Part(node, r, d, "R"), Part(node, node.OptionalInput(3), d, "B"),
                State(node, 5, d, hidden, batchFirst), State(node, 6, d, hidden, batchFirst), Part(node, node.OptionalInput(7), d, "P"));
            sequences[d] = results[0];
            lastHidden[d] = results[1];
            if (cell == RecurrentCell.Lstm) lastCell[d] = results[2];
        }

        if (node.OutputName(0).Length > 0)
        {
            // Y is [time, directions, samples, hidden], or [samples, time, directions, hidden] with layout 1.
            Value[] parts = sequences.Select((part, d) =>
                node.Add(new Reshape(new Shape(samples, time, 1, hidden)), $"sequence{d}", part)).ToArray();
            Value joined = directions == 1 ? parts[0] : node.Add(new Concatenate(2), "joined", parts);
            if (batchFirst) node.Define(0, joined);
            else if (samples == 1)
                node.Define(0, node.AddNamed(new Reshape(new Shape(time, directions, 1, hidden)), node.OutputName(0), joined));
            else node.Define(0, node.AddNamed(new Transpose(new([1, 2, 0, 3])), node.OutputName(0), joined));
        }

        Final(node, 1, lastHidden, batchFirst);
        if (cell == RecurrentCell.Lstm) Final(node, 2, lastCell, batchFirst);
    }

    private static void CheckSequenceLength(NodeContext node, int time)
    {
        if (node.OptionalConstant(4, "sequence_lens") is { } lengths && lengths.ToLongs().Any(length => length != time))
            throw node.Unsupported($"sequence_lens other than the full {time} steps");
    }

    // The last state is [directions, samples, hidden], or [samples, directions, hidden] with layout 1.
    private static void Final(NodeContext node, int output, Value[] states, bool batchFirst)
    {
        if (node.OutputName(output).Length == 0) return;
        int samples = states[0].Shape[0], hidden = states[0].Shape[1];
        Shape shape = batchFirst ? new Shape(samples, 1, hidden) : new Shape(1, samples, hidden);
        Value[] parts = states.Select((state, d) => node.Add(new Reshape(shape), $"final{output}_{d}", state)).ToArray();
        node.Define(output, parts.Length == 1 ? parts[0]
            : node.AddNamed(new Concatenate(batchFirst ? 1 : 0), node.OutputName(output), parts));
    }

    // With one sample, or one step, the elements already lie in the right order.
    private static Value SwapLeadingAxes(NodeContext node, Value value, string step)
    {
        Shape shape = value.Shape;
        if (shape[0] == 1 || shape[1] == 1) return node.Add(new Reshape(new Shape(shape[1], shape[0], shape[2])), step, value);
        return node.Add(new Transpose(new([1, 0, 2])), step, value);
    }

    private static Value? Part(NodeContext node, Value? value, int direction, string name)
    {
        if (value is null) return null;
        if (direction >= value.Shape[0]) throw node.Invalid($"has {name} {value.Shape}");
        int[] starts = new int[value.Shape.Rank], steps = Enumerable.Repeat(1, value.Shape.Rank).ToArray(), sizes = value.Shape.ToArray();
        starts[0] = direction;
        sizes[0] = 1;
        Value part = value.Shape[0] == 1 ? value : node.Add(new Slice(new(starts), new(steps), new(sizes)), $"{name}{direction}", value);
        return node.Add(new Reshape(new Shape(value.Shape.Dimensions.Skip(1))), $"{name}{direction}", part);
    }

    private static Value? State(NodeContext node, int input, int direction, int hidden, bool batchFirst)
    {
        Value? state = node.OptionalInput(input);
        if (state is null) return null;
        if (state.Shape.Rank != 3 || state.Shape[2] != hidden) throw node.Invalid($"has an initial state {state.Shape}");
        if (batchFirst) state = SwapLeadingAxes(node, state, FormattableString.Invariant($"state{input}"));
        return Part(node, state, direction, FormattableString.Invariant($"state{input}_"));
    }

    private static RecurrentActivation[] Activations(NodeContext node, RecurrentCell cell, int directions)
    {
        string[] defaults = cell switch
        {
            RecurrentCell.Lstm => ["Sigmoid", "Tanh", "Tanh"],
            RecurrentCell.Gru => ["Sigmoid", "Tanh"],
            _ => ["Tanh"],
        };
        string[] names = node.Texts("activations") ?? Enumerable.Repeat(defaults, directions).SelectMany(name => name).ToArray();
        if (names.Length != defaults.Length * directions) throw node.Invalid($"has {names.Length} activations");

        // Parameters are listed only for the functions that have one, in order.
        var alphas = new Queue<float>(node.Floats("activation_alpha") ?? []);
        var betas = new Queue<float>(node.Floats("activation_beta") ?? []);
        float Next(Queue<float> values, float otherwise) => values.Count > 0 ? values.Dequeue() : otherwise;
        return names.Select(name => name.ToUpperInvariant() switch
        {
            "SIGMOID" => new RecurrentActivation(UnaryFunction.Sigmoid),
            "TANH" => new RecurrentActivation(UnaryFunction.Tanh),
            "RELU" => new RecurrentActivation(UnaryFunction.Clip, 0, float.PositiveInfinity),
            "SOFTSIGN" => new RecurrentActivation(UnaryFunction.Softsign),
            "SOFTPLUS" => new RecurrentActivation(UnaryFunction.Softplus),
            "LEAKYRELU" => new RecurrentActivation(UnaryFunction.LeakyRelu, Next(alphas, 0.01f)),
            "THRESHOLDEDRELU" => new RecurrentActivation(UnaryFunction.ThresholdedRelu, Next(alphas, 1)),
            "ELU" => new RecurrentActivation(UnaryFunction.Elu, Next(alphas, 1)),
            "HARDSIGMOID" => new RecurrentActivation(UnaryFunction.HardSigmoid, Next(alphas, 0.2f), Next(betas, 0.5f)),
            _ => throw node.Unsupported($"activation \"{name}\""),
        }).ToArray();
    }
}
