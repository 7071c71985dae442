using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export.Operators;

/// <summary>Gemm and MatMul.</summary>
internal static class MatrixExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters)
    {
        exporters[typeof(FullyConnected)] = FullyConnected;
        exporters[typeof(MatrixMultiply)] = (node, context) =>
            context.Add("MatMul", node.Name, [context.Name(node.Input(0)), context.Name(node.Input(1))], [context.Result(node)]);
    }

    // Gemm takes matrices only; its second operand is the weights as the graph has them, one row an output (transB).
    private static void FullyConnected(Node node, ExportContext context)
    {
        Value x = node.Input(0), weights = node.Input(1);
        string bias = node.OptionalInput(2) is { } b ? ConstantForms.Reshaped(context, node, b, new Shape(weights.Shape[0])) : "";
        if (x.Shape.Rank == 2)
        {
            Node? producer = context.ProducerOf(weights);
            bool isTransposed = ConstantForms.IsTranspose(producer);
            Value matrix = isTransposed ? producer!.Input(0) : weights;
            AttributeProto[] attributes = [Attributes.Flag("transB", !isTransposed)];
            string? negated = Negated(context, matrix);
            if (negated is not null) attributes = [.. attributes, Attributes.Float("alpha", -1)];
            context.Add("Gemm", node.Name, [context.Name(x), negated ?? context.Name(matrix), bias], [context.Result(node)], attributes);
            return;
        }

        string[] operands = [context.Name(x), ConstantForms.Transposed(context, node, weights)];
        if (bias.Length == 0) context.Add("MatMul", node.Name, operands, [context.Result(node)]);
        else context.Add("Add", node.Name, [context.AddStep("MatMul", node, "product", operands), bias], [context.Result(node)]);
    }

    // The importer makes a negative alpha of Gemm part of the scales, which must be positive in a file; here it becomes one again.
    private static string? Negated(ExportContext context, Value weights)
    {
        if (context.ProducerOf(weights) is not { Operator: Dequantize { Parameters: var parameters } } producer) return null;
        if (producer.Input(0).Constant is not { } integers || !parameters.Scales.All(scale => scale < 0)) return null;
        Quantization positive = parameters with { Scales = new(parameters.Scales.Select(scale => -scale)) };
        return context.Form(weights, "negated", name =>
            QuantizationExporters.AddDequantize(context, name, producer.Input(0), integers, "negated", positive));
    }
}
