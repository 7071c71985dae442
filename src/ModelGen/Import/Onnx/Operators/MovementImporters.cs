using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Operators that move elements: Reshape and its kin, Transpose, Concat, Split, Slice, Gather, Pad, Expand, Tile,
/// DepthToSpace.</summary>
internal static class MovementImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["Identity"] = node => node.Define(0, node.Input(0));
        importers["Dropout"] = Dropout;
        importers["Reshape"] = Reshape;
        importers["Flatten"] = Flatten;
        importers["Squeeze"] = Squeeze;
        importers["Unsqueeze"] = Unsqueeze;
        importers["Transpose"] = Transpose;
        importers["Concat"] = node => node.Result(new Concatenate(node.Input(0).Shape.Axis(node.Int("axis", 0))), node.Inputs());
        importers["Split"] = Split;
        importers["Slice"] = Slice;
        importers["Gather"] = Gather;
        importers["Pad"] = Pad;
        importers["Expand"] = Expand;
        importers["Tile"] = Tile;
        importers["DepthToSpace"] = DepthToSpace;
        importers["SpaceToDepth"] = SpaceToDepth;
    }

    // Outside training nothing is dropped, so the mask is all true.
    private static void Dropout(NodeContext node)
    {
        Value x = node.Input(0);
        bool drops = node.OptionalInput(1) is not { Constant: { Count: 1 } ratio } || ratio.GetDouble(0) != 0;
        if (drops && node.OptionalInput(2) is { } training && training.Constant is not { Count: 1 })
            throw node.Unsupported("its training_mode is computed at run time");
        if (drops && node.OptionalConstant(2, "training_mode")?.GetLong(0) is not (null or 0)) throw node.Unsupported("training_mode");
        node.Define(0, x);
        if (node.OutputName(1).Length == 0) return;
        Limits.CheckConstant(new TensorType(ElementType.Bool, x.Shape), node.OutputName(1));
        node.Define(1, GraphBuilder.Constant(node.OutputName(1),
            Tensor.From(ElementType.Bool, x.Shape, Enumerable.Repeat((byte)1, x.Shape.Count).ToArray())));
    }

    private static void Reshape(NodeContext node)
    {
        Value x = node.Input(0);
        long[] wanted = node.Constant(1, "shape").ToLongs();
        bool allowZero = node.Int("allowzero", 0) != 0;
        var shape = new int[wanted.Length];
        int unknown = -1;
        for (int axis = 0; axis < wanted.Length; axis++)
        {
            if (wanted[axis] == -1 && unknown < 0) unknown = axis;
            shape[axis] = wanted[axis] switch
            {
                -1 => 1,
                0 when !allowZero => axis < x.Shape.Rank
                    ? x.Shape[axis] : throw node.Invalid("copies a dimension that its input does not have"),
                long size => checked((int)size),
            };
        }

        if (unknown >= 0)
        {
            int rest = new Shape(shape).Count;
            if (rest == 0 || x.Shape.Count % rest != 0)
                throw node.Invalid($"cannot give {x.Shape} the shape [{string.Join(", ", wanted)}]");
            shape[unknown] = x.Shape.Count / rest;
        }

        View(node, x, new Shape(shape));
    }

    private static void Flatten(NodeContext node)
    {
        Value x = node.Input(0);
        long axis = node.Int("axis", 1);
        int split = axis == x.Shape.Rank ? x.Shape.Rank : x.Shape.Axis(axis);
        View(node, x, new Shape(x.Shape.Product(0, split), x.Shape.Product(split, x.Shape.Rank)));
    }

    private static void Squeeze(NodeContext node)
    {
        Value x = node.Input(0);
        int[] axes = node.IntsOrInput("axes", 1)?.Select(axis => x.Shape.Axis(axis)).ToArray()
            ?? Enumerable.Range(0, x.Shape.Rank).Where(axis => x.Shape[axis] == 1).ToArray();
        if (axes.Any(axis => x.Shape[axis] != 1)) throw node.Invalid($"removes a dimension of {x.Shape} that is not 1");
        View(node, x, new Shape(x.Shape.Dimensions.Where((_, axis) => !axes.Contains(axis))));
    }

    private static void Unsqueeze(NodeContext node)
    {
        Value x = node.Input(0);
        long[] given = node.IntsOrInput("axes", 1) ?? throw node.Invalid("lacks axes");
        int rank = x.Shape.Rank + given.Length;
        var axes = new HashSet<int>(given.Select(axis => Shape.Axis(axis, rank)));
        if (axes.Count != given.Length) throw node.Invalid($"adds an axis twice: [{string.Join(", ", given)}]");
        var shape = new int[rank];
        for (int axis = 0, source = 0; axis < rank; axis++) shape[axis] = axes.Contains(axis) ? 1 : x.Shape[source++];
        View(node, x, new Shape(shape));
    }

    private static void Transpose(NodeContext node)
    {
        Value x = node.Input(0);
        int[] permutation = node.Ints("perm")?.Select(axis => x.Shape.Axis(axis)).ToArray()
            ?? Enumerable.Range(0, x.Shape.Rank).Reverse().ToArray();
        node.Result(new Transpose(new(permutation)), x);
    }

    private static void Split(NodeContext node)
    {
        Value x = node.Input(0);
        int axis = x.Shape.Axis(node.Int("axis", 0));
        int parts = node.OutputCount;
        long[] sizes;
        if (node.IntsOrInput("split", 1) is { } given)
        {
            sizes = given;
        }
        else
        {
            // Equal parts; the last is smaller when the axis does not divide (num_outputs, operator set 18).
            int size = (x.Shape[axis] + parts - 1) / parts;
            sizes = Enumerable.Range(0, parts).Select(i => (long)Math.Min(size, x.Shape[axis] - i * size)).ToArray();
        }

        if (sizes.Length != parts || sizes.Sum() != x.Shape[axis])
            throw node.Invalid($"splits an axis of {x.Shape[axis]} into [{string.Join(", ", sizes)}]");
        int start = 0;
        for (int i = 0; i < parts; i++)
        {
            int[] starts = new int[x.Shape.Rank], steps = Enumerable.Repeat(1, x.Shape.Rank).ToArray(), shape = x.Shape.ToArray();
            starts[axis] = start;
            shape[axis] = checked((int)sizes[i]);
            start += shape[axis];
            node.Define(i, node.AddNamed(new Slice(new(starts), new(steps), new(shape)), node.OutputName(i), x));
        }
    }

    // Attributes before operator set 10, operands since.
    private static void Slice(NodeContext node)
    {
        Value x = node.Input(0);
        long[] starts = node.IntsOrInput("starts", 1) ?? throw node.Invalid("lacks starts");
        long[] ends = node.IntsOrInput("ends", 2) ?? throw node.Invalid("lacks ends");
        long[] axes = node.IntsOrInput("axes", 3) ?? Enumerable.Range(0, starts.Length).Select(axis => (long)axis).ToArray();
        long[] steps = node.OptionalConstant(4, "steps")?.ToLongs() ?? Enumerable.Repeat(1L, starts.Length).ToArray();
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw node.Invalid("has starts, ends, axes and steps of different lengths");
        int[] first = new int[x.Shape.Rank], step = Enumerable.Repeat(1, x.Shape.Rank).ToArray(), sizes = x.Shape.ToArray();
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = x.Shape.Axis(axes[i]);
            long size = x.Shape[axis], stride = steps[i];
            if (stride == 0 || stride is > int.MaxValue or < -int.MaxValue) throw node.Invalid($"has a step of {stride}");
            long begin = starts[i] < 0 ? starts[i] + size : starts[i], end = ends[i] < 0 ? Math.Max(ends[i], -size - 1) + size : ends[i];
            begin = stride > 0 ? Clamp(begin, 0, size) : Clamp(begin, 0, size - 1);
            end = stride > 0 ? Clamp(end, 0, size) : Clamp(end, -1, size - 1);
            first[axis] = (int)begin;
            step[axis] = (int)stride;
            sizes[axis] = (int)Math.Max(0, stride > 0 ? (end - begin + stride - 1) / stride : (end - begin + stride + 1) / stride);
        }

        node.Result(new Slice(new(first), new(step), new(sizes)), x);
    }

    private static void Gather(NodeContext node)
    {
        Value data = node.Input(0), indices = node.Input(1);
        if (indices.Element is not (ElementType.Int32 or ElementType.Int64)) throw node.Invalid($"has indices of type {indices.Type}");
        node.Result(new Gather(data.Shape.Axis(node.Int("axis", 0))), data, indices);
    }

    private static void Pad(NodeContext node)
    {
        Value x = node.Input(0);
        string mode = node.Text("mode", "constant");
        long[] pads = node.IntsOrInput("pads", 1) ?? throw node.Invalid("lacks pads");
        double value = node.Opset < 11 ? node.Float("value", 0) : node.OptionalConstant(2, "value")?.GetDouble(0) ?? 0;
        int rank = x.Shape.Rank;
        int[] begin = new int[rank], end = new int[rank];
        int[] axes = node.OptionalConstant(3, "axes")?.ToLongs().Select(axis => x.Shape.Axis(axis)).ToArray()
            ?? Enumerable.Range(0, rank).ToArray();
        if (pads.Length != 2 * axes.Length) throw node.Invalid($"has {pads.Length} pads for {axes.Length} axes");
        for (int i = 0; i < axes.Length; i++)
        {
            begin[axes[i]] = checked((int)pads[i]);
            end[axes[i]] = checked((int)pads[i + axes.Length]);
        }

        if (mode == "constant")
        {
            node.Result(new Pad(new(begin), new(end), value), x);
            return;
        }

        // Other modes repeat elements: one gather an axis with indices known at build time.
        for (int axis = 0; axis < rank; axis++)
        {
            if (begin[axis] == 0 && end[axis] == 0) continue;
            int size = x.Shape[axis], before = begin[axis];
            long[] indices = Enumerable.Range(0, size + before + end[axis]).Select(i =>
                SourceIndex(i - before, size, mode, node)).ToArray();
            x = node.Add(new Gather(axis), $"axis{axis}", x, GraphBuilder.Constant("indices", Tensor.Longs(indices)));
        }

        node.Define(0, x);
    }

    private static long SourceIndex(int index, int size, string mode, NodeContext node)
    {
        switch (mode)
        {
            case "edge":
                return Clamp(index, 0, size - 1);
            case "wrap":
                return ((index % size) + size) % size;
            case "reflect":
                if (size == 1) return 0;
                int period = 2 * (size - 1), position = ((index % period) + period) % period;
                return position < size ? position : period - position;
            default:
                throw node.Unsupported($"mode \"{mode}\"");
        }
    }

    private static void Expand(NodeContext node)
    {
        Value x = node.Input(0);
        var wanted = new Shape(node.Constant(1, "shape").ToLongs().Select(size => checked((int)size)));
        Shape shape = Shape.Broadcast(x.Shape, wanted);
        if (shape.Equals(x.Shape)) node.Define(0, x);
        else node.Result(new Expand(shape), x);
    }

    // Each repeated axis becomes an axis of its own that is expanded, then both are merged again.
    private static void Tile(NodeContext node)
    {
        Value x = node.Input(0);
        long[] repeats = node.Constant(1, "repeats").ToLongs();
        if (repeats.Length != x.Shape.Rank) throw node.Invalid($"has {repeats.Length} repeats for {x.Shape}");
        int[] split = new int[2 * repeats.Length], tiled = new int[2 * repeats.Length], merged = new int[repeats.Length];
        for (int axis = 0; axis < repeats.Length; axis++)
        {
            int repeat = checked((int)repeats[axis]);
            (split[2 * axis], split[2 * axis + 1]) = (1, x.Shape[axis]);
            (tiled[2 * axis], tiled[2 * axis + 1]) = (repeat, x.Shape[axis]);
            merged[axis] = checked(repeat * x.Shape[axis]);
        }

        Value expanded = node.Add(new Expand(new Shape(tiled)), "repeated", node.Add(new Reshape(new Shape(split)), "split", x));
        View(node, expanded, new Shape(merged));
    }

    private static void DepthToSpace(NodeContext node)
    {
        Value x = node.Input(0);
        int block = checked((int)node.Int("blocksize", 0));
        if (x.Shape.Rank != 4 || block < 1 || x.Shape[1] % (block * block) != 0)
            throw node.Invalid($"has input {x.Shape} and block size {block}");
        int n = x.Shape[0], depth = x.Shape[1] / (block * block), height = x.Shape[2], width = x.Shape[3];
        bool columnsFirst = node.Text("mode", "DCR") == "CRD";
        Value split = node.Add(new Reshape(columnsFirst
            ? new Shape(n, depth, block, block, height, width) : new Shape(n, block, block, depth, height, width)), "split", x);
        Value moved = node.Add(new Transpose(new(columnsFirst ? [0, 1, 4, 2, 5, 3] : new[] { 0, 3, 4, 1, 5, 2 })), "moved", split);
        View(node, moved, new Shape(n, depth, height * block, width * block));
    }

    private static void SpaceToDepth(NodeContext node)
    {
        Value x = node.Input(0);
        int block = checked((int)node.Int("blocksize", 0));
        if (x.Shape.Rank != 4 || block < 1 || x.Shape[2] % block != 0 || x.Shape[3] % block != 0)
            throw node.Invalid($"has input {x.Shape} and block size {block}");
        int n = x.Shape[0], depth = x.Shape[1], height = x.Shape[2] / block, width = x.Shape[3] / block;
        Value split = node.Add(new Reshape(new Shape(n, depth, height, block, width, block)), "split", x);
        Value moved = node.Add(new Transpose(new([0, 3, 5, 1, 2, 4])), "moved", split);
        View(node, moved, new Shape(n, depth * block * block, height, width));
    }

    private static void View(NodeContext node, Value x, Shape shape)
    {
        if (shape.Equals(x.Shape)) node.Define(0, x);
        else node.Result(new Reshape(shape), x);
    }

    private static long Clamp(long value, long low, long high) => Math.Max(low, Math.Min(high, value));
}
