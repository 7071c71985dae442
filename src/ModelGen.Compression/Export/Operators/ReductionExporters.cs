using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Export.Operators;

/// <summary>Reduce..., global pooling, ArgMax and ArgMin.</summary>
internal static class ReductionExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters)
    {
        exporters[typeof(Reduction)] = Reduce;
        exporters[typeof(ArgumentReduction)] = ArgumentOf;
    }

    private static void Reduce(Node node, ExportContext context)
    {
        var reduction = (Reduction)node.Operator;
        string x = context.Name(node.Input(0)), result = context.Result(node);
        if (GlobalPoolingOf(node, reduction) is { } pooling)
        {
            context.Add(pooling, node.Name, [x], [result]);
            return;
        }

        string type = reduction.Function switch
        {
            ReductionFunction.Maximum => "ReduceMax",
            ReductionFunction.Minimum => "ReduceMin",
            ReductionFunction.Product => "ReduceProd",
            _ => "Reduce" + reduction.Function,
        };

        // Axes are an operand since operator set 13 (ReduceSum) or 18 (the others). None means all, and a scalar has none.
        var keep = Attributes.Flag("keepdims", reduction.KeepDimensions);
        if (reduction.Axes.Count == 0)
        {
            context.Add(type, node.Name, [x], [result], keep);
        }
        else if (type == "ReduceSum" || context.Opset >= 18)
        {
            string axes = context.Constant(result + "_axes", Tensor.Longs(reduction.Axes.Select(axis => (long)axis).ToArray()));
            context.Add(type, node.Name, [x, axes], [result], keep);
        }
        else
        {
            context.Add(type, node.Name, [x], [result], Attributes.Ints("axes", reduction.Axes), keep);
        }
    }

    // Over all spatial axes: the form that integer kernels of other runtimes know too.
    private static string? GlobalPoolingOf(Node node, Reduction reduction)
    {
        Value x = node.Input(0);
        bool isGlobal = x.Element == ElementType.Float32 && reduction.KeepDimensions && x.Shape.Rank is 3 or 4
            && reduction.Axes.SequenceEqual(Enumerable.Range(2, x.Shape.Rank - 2));
        if (!isGlobal) return null;
        return reduction.Function switch
        {
            ReductionFunction.Mean => "GlobalAveragePool",
            ReductionFunction.Maximum => "GlobalMaxPool",
            _ => null,
        };
    }

    private static void ArgumentOf(Node node, ExportContext context)
    {
        var argument = (ArgumentReduction)node.Operator;
        context.Add(argument.Smallest ? "ArgMin" : "ArgMax", node.Name, [context.Name(node.Input(0))], [context.Result(node)],
            Attributes.Int("axis", argument.Axis), Attributes.Flag("keepdims", argument.KeepDimensions),
            Attributes.Flag("select_last_index", argument.Last));
    }
}
