using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export.Operators;

/// <summary>Operators that move elements: Reshape, Transpose, Concat, Slice, Gather, Pad, Expand, Identity.</summary>
internal static class MovementExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters)
    {
        exporters[typeof(Reshape)] = (node, context) =>
            WriteReshape(context, node.Name, context.Name(node.Input(0)), context.Result(node), ((Reshape)node.Operator).Target);
        exporters[typeof(Transpose)] = (node, context) =>
            context.Add("Transpose", node.Name, [context.Name(node.Input(0))], [context.Result(node)],
                Attributes.Ints("perm", ((Transpose)node.Operator).Permutation));
        exporters[typeof(Concatenate)] = (node, context) =>
            context.Add("Concat", node.Name, node.Inputs.Select(context.Name), [context.Result(node)],
                Attributes.Int("axis", ((Concatenate)node.Operator).Axis));
        exporters[typeof(Gather)] = (node, context) =>
            context.Add("Gather", node.Name, node.Inputs.Select(context.Name), [context.Result(node)],
                Attributes.Int("axis", ((Gather)node.Operator).Axis));
        exporters[typeof(Expand)] = Expand;
        exporters[typeof(Slice)] = Slice;
        exporters[typeof(Pad)] = Pad;
        exporters[typeof(OutputCopy)] = (node, context) =>
            context.Add("Identity", node.Name, [context.Name(node.Input(0))], [context.Result(node)]);
    }

    /// <summary>Writes a Reshape that is only a step of a node; gives the name of its result.</summary>
    public static string AddReshape(ExportContext context, Node node, string step, string x, Shape shape)
    {
        string name = context.Fresh($"{node.Name}/{step}");
        WriteReshape(context, name, x, name, shape);
        return name;
    }

    /// <summary>Writes a Reshape.</summary>
    public static void WriteReshape(ExportContext context, string node, string x, string result, Shape shape)
    {
        // Without allowzero a 0 copies a dimension.
        bool isEmpty = shape.Dimensions.Contains(0);
        if (isEmpty) context.Require(14);
        AttributeProto[] attributes = isEmpty ? [Attributes.Flag("allowzero", true)] : [];
        context.Add("Reshape", node, [x, context.Constant(result + "_shape", Longs(shape.Dimensions))], [result], attributes);
    }

    /// <summary>Writes a Pad with a constant.</summary>
    public static void AddPad(ExportContext context, string node, string x, string result, IEnumerable<int> pads, double value,
        ElementType element)
    {
        List<string> inputs = [x, context.Constant(result + "_pads", Longs(pads))];
        if (value != 0)
        {
            var writer = new TensorWriter(new TensorType(element, Shape.Scalar));
            if (element.IsFloat()) writer.Set(0, value);
            else writer.Set(0, (long)value);
            inputs.Add(context.Constant(result + "_value", writer.ToTensor()));
        }

        context.Add("Pad", node, inputs, [result]);
    }

    private static void Expand(Node node, ExportContext context)
    {
        string result = context.Result(node);
        string shape = context.Constant(result + "_shape", Longs(((Expand)node.Operator).Target.Dimensions));
        context.Add("Expand", node.Name, [context.Name(node.Input(0)), shape], [result]);
    }

    private static void Pad(Node node, ExportContext context)
    {
        var pad = (Pad)node.Operator;
        AddPad(context, node.Name, context.Name(node.Input(0)), context.Result(node), pad.Begin.Concat(pad.End), pad.Value,
            node.Input(0).Element);
    }

    private static void Slice(Node node, ExportContext context)
    {
        var slice = (Slice)node.Operator;
        Shape x = node.Input(0).Shape;
        int[] axes = Enumerable.Range(0, x.Rank)
            .Where(axis => slice.Starts[axis] != 0 || slice.Steps[axis] != 1 || slice.Sizes[axis] != x[axis]).ToArray();
        string result = context.Result(node);
        string Part(string name, Func<int, long> of) => context.Constant($"{result}_{name}", Tensor.Longs(axes.Select(of).ToArray()));

        // An end before the first element is written from the back: -1 would be the last element.
        long End(int axis)
        {
            if (slice.Sizes[axis] == 0) return slice.Starts[axis];
            long end = slice.Starts[axis] + (long)slice.Steps[axis] * slice.Sizes[axis];
            return end < 0 ? -x[axis] - 1L : end;
        }

        context.Add("Slice", node.Name,
            [context.Name(node.Input(0)), Part("starts", axis => slice.Starts[axis]), Part("ends", End), Part("axes", axis => axis),
                Part("steps", axis => slice.Steps[axis])],
            [result]);
    }

    private static Tensor Longs(IEnumerable<int> values) => Tensor.Longs(values.Select(value => (long)value).ToArray());
}
