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
        if (x.Shape.Rank != 3 || w.Shape.Rank != 3 || r.Shape.Rank != 3) throw node.Invalid($"has input {x.Shape}, W {w.Shape}, R {r.Shape}");
        if (batchFirst) x = node.Add(new Transpose(new([1, 0, 2])), "timeFirst", x);
        if (x.Shape[1] != 1) throw node.Unsupported($"input {x.Shape}: the batch must be 1");
        CheckSequenceLength(node, x.Shape[0]);

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

        int time = x.Shape[0];
        if (node.OutputName(0).Length > 0)
        {
            // Y: [time, directions, 1, hidden], or [1, time, directions, hidden] with layout 1; with a batch of one both are the same memory.
            Value joined = directions == 1
                ? sequences[0]
                : node.Add(new Concatenate(1), "joined", sequences.Select(s => node.Add(new Reshape(new Shape(time, 1, hidden)), "axis", s)).ToArray());
            node.Define(0, node.AddNamed(new Reshape(batchFirst ? new Shape(1, time, directions, hidden) : new Shape(time, directions, 1, hidden)), node.OutputName(0), joined));
        }

        Final(node, 1, lastHidden, hidden, batchFirst);
        if (cell == RecurrentCell.Lstm) Final(node, 2, lastCell, hidden, batchFirst);
    }

    private static void CheckSequenceLength(NodeContext node, int time)
    {
        if (node.OptionalConstant(4, "sequence_lens") is { } lengths && lengths.ToLongs().Any(length => length != time))
            throw node.Unsupported($"sequence_lens other than the full {time} steps");
    }

    private static void Final(NodeContext node, int output, Value[] states, int hidden, bool batchFirst)
    {
        if (node.OutputName(output).Length == 0) return;
        Value joined = states.Length == 1 ? states[0] : node.Add(new Concatenate(0), $"final{output}", states);
        Shape shape = batchFirst ? new Shape(1, states.Length, hidden) : new Shape(states.Length, 1, hidden);
        node.Define(output, node.AddNamed(new Reshape(shape), node.OutputName(output), joined));
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
        if (batchFirst) state = node.Add(new Transpose(new([1, 0, 2])), $"state{input}", state);
        Value? part = Part(node, state, direction, $"state{input}_");
        return node.Add(new Reshape(new Shape(hidden)), $"state{input}_{direction}", part);
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
