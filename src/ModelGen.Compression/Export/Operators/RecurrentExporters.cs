using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export.Operators;

/// <summary>
/// LSTM, GRU and RNN, one direction a node, with layout 0 (ONNX Runtime knows no other): the graph has samples first, ONNX time first and
/// an axis of directions before weights and states.
/// </summary>
internal static class RecurrentExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters) => exporters[typeof(Recurrent)] = Write;

    private static void Write(Node node, ExportContext context)
    {
        var layer = (Recurrent)node.Operator;
        Shape x = node.Input(0).Shape;
        int samples = x[0], time = x[1], hidden = layer.Hidden;
        string Leading(int input) => node.OptionalInput(input) is { } value
            ? ConstantForms.Reshaped(context, node, value, new Shape(value.Shape.Dimensions.Prepend(1))) : "";

        // Bias and peepholes are vectors whatever their shape in the graph.
        string Vector(int input) => node.OptionalInput(input) is { } value
            ? ConstantForms.Reshaped(context, node, value, new Shape(1, value.Shape.Count)) : "";

        string[] inputs = [TimeFirst(node, context), Leading(1), Leading(2), Vector(3), "", Leading(4), Leading(5), Vector(6)];
        string[] results = node.Outputs.Select((_, i) => context.Result(node, i)).ToArray();
        string[] raw = results.Select((result, i) => result.Length > 0 ? context.Fresh($"{node.Name}/{RawNames[i]}") : "").ToArray();
        string type = layer.Cell switch { RecurrentCell.Lstm => "LSTM", RecurrentCell.Gru => "GRU", _ => "RNN" };
        context.Add(type, node.Name, inputs, raw, [.. AttributesOf(node, layer)]);

        if (results[0].Length > 0)
        {
            // Y is [time, 1, samples, hidden].
            string sequence = raw[0];
            if (samples > 1 && time > 1)
                sequence = context.AddStep("Transpose", node, "samples_first", [sequence], Attributes.Ints("perm", [2, 0, 1, 3]));
            MovementExporters.WriteReshape(context, results[0], sequence, results[0], new Shape(samples, time, hidden));
        }

        for (int i = 1; i < results.Length; i++)
        {
            if (results[i].Length > 0)
                MovementExporters.WriteReshape(context, results[i], raw[i], results[i], new Shape(samples, hidden));
        }
    }

    private static readonly string[] RawNames = ["Y", "Y_h", "Y_c"];

    private static string TimeFirst(Node node, ExportContext context)
    {
        Value x = node.Input(0);
        var shape = new Shape(x.Shape[1], x.Shape[0], x.Shape[2]);
        if (x.Shape[0] == 1 || x.Shape[1] == 1) return ConstantForms.Reshaped(context, node, x, shape);
        if (context.ProducerOf(x) is { Operator: Transpose inverse } producer && inverse.Permutation.SequenceEqual([1, 0, 2]))
            return context.Name(producer.Input(0));
        return context.AddStep("Transpose", node, "time_first", [context.Name(x)], Attributes.Ints("perm", [1, 0, 2]));
    }

    private static IEnumerable<AttributeProto> AttributesOf(Node node, Recurrent layer)
    {
        yield return Attributes.Int("hidden_size", layer.Hidden);
        yield return Attributes.Text("direction", layer.Reverse ? "reverse" : "forward");
        if (layer.Clip > 0) yield return Attributes.Float("clip", layer.Clip);
        if (layer.Cell == RecurrentCell.Gru) yield return Attributes.Flag("linear_before_reset", layer.LinearBeforeReset);
        if (layer.Cell == RecurrentCell.Lstm && layer.CoupleInputForget) yield return Attributes.Flag("input_forget", true);

        yield return Attributes.Texts("activations", layer.Activations.Select(activation => NameOf(node, activation)));

        // Listed only for the functions that have them, in order.
        float[] alphas = layer.Activations.Where(HasAlpha).Select(activation => activation.Alpha).ToArray();
        float[] betas = layer.Activations.Where(activation => activation.Function == UnaryFunction.HardSigmoid)
            .Select(activation => activation.Beta).ToArray();
        if (alphas.Length > 0) yield return Attributes.Floats("activation_alpha", alphas);
        if (betas.Length > 0) yield return Attributes.Floats("activation_beta", betas);
    }

    private static bool HasAlpha(RecurrentActivation activation) => activation.Function
        is UnaryFunction.LeakyRelu or UnaryFunction.ThresholdedRelu or UnaryFunction.Elu or UnaryFunction.HardSigmoid;

    private static string NameOf(Node node, RecurrentActivation activation) => activation.Function switch
    {
        UnaryFunction.Clip when activation.Alpha == 0 && float.IsPositiveInfinity(activation.Beta) => "Relu",
        UnaryFunction.Sigmoid or UnaryFunction.Tanh or UnaryFunction.Softsign or UnaryFunction.Softplus or UnaryFunction.LeakyRelu
            or UnaryFunction.ThresholdedRelu or UnaryFunction.Elu or UnaryFunction.HardSigmoid => activation.Function.ToString(),
        _ => throw ExportContext.Unsupported(node, $"it has the activation {activation.Function}, which ONNX does not know"),
    };
}
