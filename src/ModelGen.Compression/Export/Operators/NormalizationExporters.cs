using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Export.Operators;

/// <summary>InstanceNormalization, LayerNormalization, LRN, Softmax and LogSoftmax.</summary>
internal static class NormalizationExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters)
    {
        exporters[typeof(Standardize)] = Standardize;
        exporters[typeof(LocalResponse)] = LocalResponse;
        exporters[typeof(Softmax)] = Softmax;
    }

    // Scale and shift are nodes of their own in the graph, so here they are ones and zeros.
    private static void Standardize(Node node, ExportContext context)
    {
        var standardize = (Standardize)node.Operator;
        Value x = node.Input(0);
        if (x.Element != ElementType.Float32) throw ExportContext.Unsupported(node, $"it normalizes {x.Type}; only float32 is written");
        string name = context.Name(x), result = context.Result(node);
        bool isOfInstances = x.Shape.Rank >= 3 && x.Shape.Product(2, x.Shape.Rank) == standardize.Length;
        if (isOfInstances)
        {
            int channels = x.Shape[1];
            context.Add("InstanceNormalization", node.Name,
                [name, Constant(context, result + "_scale", channels, 1), Constant(context, result + "_bias", channels, 0)], [result],
                Attributes.Float("epsilon", standardize.Epsilon));
            return;
        }

        context.Require(17);
        var rows = new Shape(x.Shape.Count / standardize.Length, standardize.Length);
        int axis = Enumerable.Range(0, x.Shape.Rank).LastOrDefault(a => x.Shape.Product(a, x.Shape.Rank) == standardize.Length, -1);
        bool isReshaped = axis < 0;
        Shape scale = isReshaped ? new Shape(standardize.Length) : new Shape(x.Shape.Dimensions.Skip(axis));
        if (isReshaped) name = MovementExporters.AddReshape(context, node, "rows", name, rows);
        string standard = isReshaped ? context.Fresh(node.Name + "/standard") : result;
        string ones = context.Constant(result + "_scale", Tensor.Floats(scale, Enumerable.Repeat(1f, scale.Count).ToArray()));
        context.Add("LayerNormalization", node.Name, [name, ones], [standard],
            Attributes.Int("axis", isReshaped ? 1 : axis), Attributes.Float("epsilon", standardize.Epsilon));
        if (isReshaped) MovementExporters.WriteReshape(context, result, standard, result, x.Shape);
    }

    private static string Constant(ExportContext context, string name, int count, float value) =>
        context.Constant(name, Tensor.Floats(new Shape(count), Enumerable.Repeat(value, count).ToArray()));

    private static void LocalResponse(Node node, ExportContext context)
    {
        var response = (LocalResponse)node.Operator;
        context.Add("LRN", node.Name, [context.Name(node.Input(0))], [context.Result(node)],
            Attributes.Int("size", response.Size), Attributes.Float("alpha", response.Alpha), Attributes.Float("beta", response.Beta),
            Attributes.Float("bias", response.Bias));
    }

    // One axis since operator set 13; several that are taken together become one for it.
    private static void Softmax(Node node, ExportContext context)
    {
        var softmax = (Softmax)node.Operator;
        string type = softmax.Logarithm ? "LogSoftmax" : "Softmax";
        Shape shape = node.Input(0).Shape;
        string x = context.Name(node.Input(0)), result = context.Result(node);
        if (softmax.AxisCount == 1)
        {
            context.Add(type, node.Name, [x], [result], Attributes.Int("axis", softmax.Axis));
            return;
        }

        int end = softmax.Axis + softmax.AxisCount;
        var joined = new Shape([.. shape.Dimensions.Take(softmax.Axis), shape.Product(softmax.Axis, end), .. shape.Dimensions.Skip(end)]);
        string flat = MovementExporters.AddReshape(context, node, "joined", x, joined);
        string normalized = context.AddStep(type, node, "normalized", [flat], Attributes.Int("axis", softmax.Axis));
        MovementExporters.WriteReshape(context, node.Name, normalized, result, shape);
    }
}
