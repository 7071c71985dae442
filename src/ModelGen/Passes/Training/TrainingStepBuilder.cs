using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>Makes the graph of a training step from a network.</summary>
internal static class TrainingStepBuilder
{
    /// <summary>Makes the graph.</summary>
    /// <param name="network">The network for one sample, float32, activations not fused; its first output is what is trained.</param>
    /// <param name="samples">Samples a step.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="temperature">Softness of the teacher's probabilities (classification).</param>
    /// <param name="quantized">Names of values of the network that pass through fake quantization.</param>
    /// <exception cref="ModelException">The network has an operator that training does not know.</exception>
    public static TrainingStep Create(ModelGraph network, int samples, TrainingLoss loss, float temperature,
        IReadOnlyList<string> quantized)
    {
        ModelGraph single = WithoutFinalSoftmax(network, loss);
        ModelGraph batch = Vectorize.Run(single, samples);
        var builder = new GraphBuilder(network.Metadata);
        (IReadOnlyList<Value> outputs, IReadOnlyList<Parameter> parameters, IReadOnlyList<Value> inputs) =
            Parameterize.Run(batch, builder, quantized);
        Value output = outputs[0];
        Value flat = builder.Add(new Reshape(new Shape(samples, output.Shape.Count / samples)), "loss:output", output);
        var targets = new List<string>();
        Value Target(string name)
        {
            targets.Add(name);
            return builder.AddInput(name, flat.Type);
        }

        var ops = new GraphArithmetic(builder, "loss");
        Value total;
        if (loss == TrainingLoss.Classification)
        {
            Value hard = CrossEntropy(ops, flat, Target("target:hard"));
            Value soft = CrossEntropy(ops, ops.Scale(flat, 1 / temperature), Target("target:soft"));

            // Gradients of softened probabilities are smaller by the square of the temperature.
            total = ops.Scale(ops.Add(hard, ops.Scale(soft, temperature * temperature)), 1f / samples);
        }
        else
        {
            Value difference = ops.Subtract(flat, Target("target:values"));
            total = ops.Scale(ops.Sum(ops.Multiply(difference, difference), 0, 1), 1f / flat.Shape.Count);
        }

        // Once a network is pruned, most gradients are of weights that stay zero; convolutions leave them out.
        Dictionary<Value, Value> masks = Enumerable.Range(0, inputs.Count).Where(i => TrainingStep.IsMasked(parameters[i]))
            .ToDictionary(i => inputs[i], i => builder.AddInput(parameters[i].Name + TrainingStep.Wanted, inputs[i].Type));
        IReadOnlyList<Value> gradients = Differentiate.Run(builder, total, inputs, masks);
        var results = new List<GraphOutput> { new(TrainingStep.Loss, total), new(TrainingStep.Output, flat) };
        results.AddRange(parameters.Select((parameter, i) => new GraphOutput($"{parameter.Name}:gradient", gradients[i])));
        return new TrainingStep(builder.Build(results), parameters, targets, quantized);
    }

    /// <summary>Makes the graph of the way forward alone.</summary>
    /// <param name="network">The network for one sample, float32, activations not fused.</param>
    /// <param name="samples">Samples a run.</param>
    /// <param name="loss">Decides whether a final softmax is left out, as in <see cref="Create"/>.</param>
    /// <param name="quantized">Names of values of the network that pass through fake quantization.</param>
    /// <param name="taps">Names of further values that become outputs, before fake quantization.</param>
    /// <returns>Outputs are <see cref="TrainingStep.Output"/> and the taps by their names; no targets.</returns>
    public static TrainingStep CreateForward(
        ModelGraph network, int samples, TrainingLoss loss, IReadOnlyList<string> quantized, IReadOnlyList<string> taps)
    {
        ModelGraph batch = Vectorize.Run(WithoutFinalSoftmax(network, loss, taps), samples);
        var builder = new GraphBuilder(network.Metadata);
        (IReadOnlyList<Value> outputs, IReadOnlyList<Parameter> parameters, _) = Parameterize.Run(batch, builder, quantized);
        Value flat = builder.Add(new Reshape(new Shape(samples, outputs[0].Shape.Count / samples)), TrainingStep.Output, outputs[0]);
        IEnumerable<GraphOutput> tapped = taps.Select((name, i) => new GraphOutput(name, outputs[i + 1]));
        return new TrainingStep(builder.Build(tapped.Prepend(new GraphOutput(TrainingStep.Output, flat))), parameters, [], quantized);
    }

    private static Value CrossEntropy(GraphArithmetic ops, Value logits, Value probabilities) =>
        ops.Scale(ops.Sum(ops.Multiply(ops.LogSoftmax(logits), probabilities), 0, 1), -1);

    // The cross-entropy of a softmax is computed from what goes into it; its own gradient would vanish where it saturates.
    private static ModelGraph WithoutFinalSoftmax(ModelGraph network, TrainingLoss loss, IReadOnlyList<string>? taps = null)
    {
        GraphOutput first = network.Outputs[0];
        Value value = first.Value;
        if (loss == TrainingLoss.Classification)
        {
            Node? producer = network.Nodes.FirstOrDefault(node => node.Outputs.Contains(value));
            while (producer?.Operator is Reshape) producer = network.Nodes.FirstOrDefault(node => node.Outputs.Contains(producer.Input(0)));
            if (producer?.Operator is Softmax softmax && softmax.Axis + softmax.AxisCount == producer.Output.Shape.Rank
                && producer.Output.Shape.Product(softmax.Axis, producer.Output.Shape.Rank) == producer.Output.Shape.Count) value =
                    producer.Input(0);
        }

        var needed = new GraphBuilder(network.Metadata);
        foreach (Value input in network.Inputs) needed.AddInput(input);
        foreach (Node node in network.Nodes) needed.Keep(node, node.Inputs.ToArray());
        IEnumerable<GraphOutput> tapped = (taps ?? []).Select(name => new GraphOutput(name, Find(network, name)));
        return needed.Build(tapped.Prepend(first with { Value = value }));
    }

    private static Value Find(ModelGraph network, string name) =>
        network.Inputs.Concat(network.Nodes.SelectMany(node => node.Outputs)).First(value => value.Name == name);
}
