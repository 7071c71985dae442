using System.Linq;
using ModelGen.Compression.Export.Operators;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Export;

/// <summary>
/// Operands that ONNX wants in another shape or order than the graph. Constants, dequantized ones included, are written that way; what is
/// computed gets a node, unless it already comes from the inverse of one.
/// </summary>
internal static class ConstantForms
{
    /// <summary>Name of a value in another shape of equal count.</summary>
    /// <param name="context">Where it is written.</param>
    /// <param name="node">The node that reads it.</param>
    /// <param name="value">The value.</param>
    /// <param name="shape">The shape wanted.</param>
    public static string Reshaped(ExportContext context, Node node, Value value, Shape shape)
    {
        if (value.Shape.Equals(shape)) return context.Name(value);
        string form = "as_" + string.Join("x", shape.Dimensions);
        if (value.Constant is { } constant)
            return context.Form(value, form, name => context.AddInitializer(name, constant.Reshaped(shape), context.TypeOf(value)));
        Node? producer = context.ProducerOf(value);
        if (producer?.Operator is Reshape) return Reshaped(context, node, producer.Input(0), shape);
        if (producer?.Operator is Dequantize dequantize && producer.Input(0).Constant is { } integers
            && Moved(dequantize.Parameters, value.Shape, shape) is { } parameters)
        {
            return context.Form(value, form, name =>
                QuantizationExporters.AddDequantize(context, name, producer.Input(0), integers.Reshaped(shape), form, parameters));
        }

        return MovementExporters.AddReshape(context, node, value.Name + "/" + form, context.Name(value), shape);
    }

    /// <summary>Name of the transpose of a matrix.</summary>
    /// <param name="context">Where it is written.</param>
    /// <param name="node">The node that reads it.</param>
    /// <param name="value">The matrix.</param>
    public static string Transposed(ExportContext context, Node node, Value value)
    {
        const string Form = "transposed";
        var transpose = new Transpose(new([1, 0]));
        if (value.Constant is { } constant)
            return context.Form(value, Form, name => context.AddInitializer(name, Apply(transpose, constant), context.TypeOf(value)));
        Node? producer = context.ProducerOf(value);
        if (IsTranspose(producer)) return context.Name(producer!.Input(0));
        if (producer?.Operator is Dequantize dequantize && producer.Input(0).Constant is { } integers)
        {
            Quantization parameters = dequantize.Parameters;
            if (!parameters.IsPerTensor) parameters = parameters with { Axis = 1 - parameters.Axis };
            return context.Form(value, Form, name =>
                QuantizationExporters.AddDequantize(context, name, producer.Input(0), Apply(transpose, integers), Form, parameters));
        }

        return context.AddStep("Transpose", node, Form, [context.Name(value)], Attributes.Ints("perm", [1, 0]));
    }

    /// <summary>Whether a node transposes a matrix.</summary>
    public static bool IsTranspose(Node? node) => node?.Operator is Transpose transpose && transpose.Permutation.SequenceEqual([1, 0]);

    private static Tensor Apply(Transpose transpose, Tensor tensor) =>
        transpose.Evaluate([new Value("", tensor.Type, tensor)])![0];

    // The axis of the new shape with the same size and as many elements behind it.
    private static Quantization? Moved(Quantization parameters, Shape from, Shape to)
    {
        if (parameters.IsPerTensor) return parameters;
        int inner = from.Product(parameters.Axis + 1, from.Rank), size = from[parameters.Axis];
        int axis = Enumerable.Range(0, to.Rank).Where(i => to[i] == size && to.Product(i + 1, to.Rank) == inner).DefaultIfEmpty(-1).First();
        return axis < 0 ? null : parameters with { Axis = axis };
    }
}
