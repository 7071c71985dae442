using System;
using System.Collections.Generic;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

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
            string w = isTransposed ? context.Name(producer!.Input(0)) : context.Name(weights);
            context.Add("Gemm", node.Name, [context.Name(x), w, bias], [context.Result(node)], Attributes.Flag("transB", !isTransposed));
            return;
        }

        string[] operands = [context.Name(x), ConstantForms.Transposed(context, node, weights)];
        if (bias.Length == 0) context.Add("MatMul", node.Name, operands, [context.Result(node)]);
        else context.Add("Add", node.Name, [context.AddStep("MatMul", node, "product", operands), bias], [context.Result(node)]);
    }
}
