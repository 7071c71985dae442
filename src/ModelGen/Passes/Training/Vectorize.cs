using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>
/// A graph for several samples from a graph for one: every computed tensor gets a leading axis of samples, whatever its own axes mean (as
/// <c>vmap</c> does). Operators with a batch axis of their own see the two merged.
/// </summary>
internal sealed class Vectorize
{
    private readonly int _samples;
    private readonly GraphBuilder _builder;
    private readonly Dictionary<Value, Value> _values = [];

    private Vectorize(ModelGraph graph, int samples)
    {
        _samples = samples;
        _builder = new GraphBuilder(graph.Metadata);
    }

    /// <summary>Runs the pass. Names of inputs, outputs and values stay.</summary>
    /// <param name="graph">A graph for one sample.</param>
    /// <param name="samples">How many samples the new graph takes.</param>
    /// <exception cref="ModelException">An operator has no form for several samples.</exception>
    public static ModelGraph Run(ModelGraph graph, int samples)
    {
        var pass = new Vectorize(graph, samples);
        foreach (Value input in graph.Inputs)
            pass._values[input] = pass._builder.AddInput(input.Name, input.Type.WithShape(pass.Behind(input.Shape)));
        foreach (Node node in graph.Nodes) pass.Visit(node);
        return pass._builder.Build(graph.Outputs.Select(output => output with { Value = pass.Current(output.Value) }));
    }

    private Shape Behind(Shape shape) => new(shape.Dimensions.Prepend(_samples));

    private Value Current(Value value) => _values.TryGetValue(value, out Value? current) ? current : value;

    private void Visit(Node node)
    {
        Value?[] inputs = node.Inputs.Select(input => input is null ? null : Current(input)).ToArray();
        switch (node.Operator)
        {
            case Convolution or Pooling or Recurrent:
                Merged(node, inputs);
                return;
            case LocalResponse or Standardize or Gather or ArgumentReduction or Quantize or Dequantize:
                throw Unsupported(node);
            case Binary or Select:
                Keep(node, node.Operator, AlignRanks(node, inputs));
                return;
            case MatrixMultiply:
                Keep(node, node.Operator, inputs);
                return;
            default:
                if (node.Inputs.Any(input => input is { Constant: not null }) && node.Operator is not FullyConnected)
                    throw Unsupported(node);
                Keep(node, Shifted(node), inputs);
                return;
        }
    }

    private Operator Shifted(Node node) => node.Operator switch
    {
        Reshape reshape => new Reshape(Behind(reshape.Target)),
        Transpose transpose => new Transpose(new(transpose.Permutation.Select(axis => axis + 1).Prepend(0))),
        Slice slice => new Slice(new(slice.Starts.Prepend(0)), new(slice.Steps.Prepend(1)), new(slice.Sizes.Prepend(_samples))),
        Pad pad => new Pad(new(pad.Begin.Prepend(0)), new(pad.End.Prepend(0)), pad.Value),
        Concatenate concatenate => new Concatenate(concatenate.Axis + 1),
        Reduction reduction => reduction with { Axes = new(reduction.Axes.Select(axis => axis + 1)) },
        Softmax softmax => softmax with { Axis = softmax.Axis + 1 },
        Expand expand => new Expand(Behind(expand.Target)),
        FullyConnected or Unary or Cast => node.Operator,
        _ => throw Unsupported(node),
    };

    // Right-aligned broadcasting must not meet the new axis with one of the operand's own.
    private Value?[] AlignRanks(Node node, Value?[] inputs)
    {
        int rank = node.Output.Shape.Rank;
        return inputs.Select((input, i) =>
        {
            Value original = node.Inputs[i]!;
            if (original.Constant is not null || original.Shape.Rank == rank) return input;
            IEnumerable<int> ones = Enumerable.Repeat(1, rank - original.Shape.Rank);
            return _builder.Add(new Reshape(Behind(new Shape(ones.Concat(original.Shape.Dimensions)))), $"{original.Name}:aligned", input);
        }).ToArray();
    }

    private void Merged(Node node, Value?[] inputs)
    {
        Shape shape = node.Input(0).Shape;
        inputs[0] = _builder.Add(new Reshape(new Shape(shape.Dimensions.Skip(1).Prepend(_samples * shape[0]))), $"{node.Name}:samples",
            inputs[0]);
        if (node.Operator is Recurrent)
        {
            for (int i = 4; i < Math.Min(6, inputs.Length); i++)
            {
                if (inputs[i] is null) continue;
                if (inputs[i]!.Constant is not { } state || state.ToFloats().Any(value => value != 0))
                    throw Unsupported(node, "an initial state other than zero");
                inputs[i] = null;
            }
        }

        Value[] results = _builder.Add(node.Operator, node.Name, inputs, node.Outputs.Select(output => $"{output.Name}:samples").ToArray());
        for (int i = 0; i < results.Length; i++)
            _values[node.Outputs[i]] = _builder.Add(new Reshape(Behind(node.Outputs[i].Shape)), node.Outputs[i].Name, results[i]);
    }

    private void Keep(Node node, Operator @operator, Value?[] inputs)
    {
        Value[] results = _builder.Add(@operator, node.Name, inputs, node.Outputs.Select(output => output.Name).ToArray());
        for (int i = 0; i < results.Length; i++) _values[node.Outputs[i]] = results[i];
    }

    private static ModelException Unsupported(Node node, string what = "this operator") =>
        new(ModelErrorIds.UnsupportedOperator, $"node \"{node.Name}\" ({node.Operator.Kind}): training does not know {what}");
}
