using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Conv.</summary>
internal static class ConvolutionImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers) => importers["Conv"] = Conv;

    /// <summary>Reads the attributes that Conv and pooling share (ONNX Conv: auto_pad, dilations, kernel_shape, pads, strides).</summary>
    /// <param name="node">The node.</param>
    /// <param name="input">Shape of the input [N, C, spatial...].</param>
    /// <param name="kernel">Kernel size.</param>
    public static Window ReadWindow(NodeContext node, Shape input, int[] kernel)
    {
        int rank = input.Rank - 2;
        if (rank is < 1 or > 2 || kernel.Length != rank)
            throw node.Unsupported($"input {input}: one and two spatial dimensions are supported");
        if (kernel.Aggregate(1L, (product, size) =>
            product * System.Math.Min(System.Math.Max(1L, size), Limits.WindowPositions + 1)) > Limits.WindowPositions)
            throw Limits.TooLarge(
                $"{node.OpType} \"{node.Name}\" has a window of more than {Limits.Text(Limits.WindowPositions)} positions");
        int[] strides = Spatial(node, "strides", rank, 1), dilations = Spatial(node, "dilations", rank, 1);
        long[]? given = node.Ints("pads");
        int[] begin = new int[rank], end = new int[rank];
        string autoPad = node.Text("auto_pad", "NOTSET");
        for (int axis = 0; axis < rank; axis++)
        {
            if (strides[axis] < 1 || dilations[axis] < 1 || kernel[axis] < 1)
                throw node.Invalid("has a stride, dilation or kernel size below 1");
            if (autoPad is "SAME_UPPER" or "SAME_LOWER")
            {
                int size = input[axis + 2], positions = (size + strides[axis] - 1) / strides[axis];
                int total = System.Math.Max(0, (positions - 1) * strides[axis] + (kernel[axis] - 1) * dilations[axis] + 1 - size);
                begin[axis] = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
                end[axis] = total - begin[axis];
            }
            else if (autoPad == "NOTSET" && given is not null)
            {
                if (given.Length != 2 * rank) throw node.Invalid($"has {given.Length} pads for {rank} spatial dimensions");
                begin[axis] = checked((int)given[axis]);
                end[axis] = checked((int)given[axis + rank]);
                if (begin[axis] < 0 || end[axis] < 0) throw node.Unsupported("negative pads");
            }

            // Whatever follows computes with sums of these.
            long reach = (long)input[axis + 2] + begin[axis] + end[axis] + (long)kernel[axis] * dilations[axis] + strides[axis];
            if (reach > Limits.TensorBytes)
                throw Limits.TooLarge(
                    $"{node.OpType} \"{node.Name}\" has pads, strides or dilations that reach over more than {Limits.Text(Limits.TensorBytes)} elements");
        }

        return new Window(new(kernel), new(strides), new(dilations), new(begin), new(end));
    }

    private static int[] Spatial(NodeContext node, string attribute, int rank, int otherwise)
    {
        long[]? values = node.Ints(attribute);
        if (values is null) return Enumerable.Repeat(otherwise, rank).ToArray();
        if (values.Length != rank) throw node.Invalid($"has {values.Length} {attribute} for {rank} spatial dimensions");
        return values.Select(value => checked((int)value)).ToArray();
    }

    private static void Conv(NodeContext node)
    {
        Value x = node.Input(0), w = node.Input(1);
        if (node.Int("group", 1) < 1) throw node.Invalid("has a number of groups below 1");
        if (x.Shape.Rank < 3 || w.Shape.Rank != x.Shape.Rank) throw node.Invalid($"has input {x.Shape} and weights {w.Shape}");
        Window window = ReadWindow(node, x.Shape, w.Shape.Dimensions.Skip(2).ToArray());
        node.Result(new Convolution(window, checked((int)node.Int("group", 1))), x, w, node.OptionalInput(2));
    }
}
