using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Operators that pick or join parts: Concat, Split, Slice, Gather, GatherElements, GatherND.</summary>
internal static class IndexingOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Concat"] = node => [Concat(node)];
        table["Split"] = Split;
        table["Slice"] = node => [Slice(node)];
        table["Gather"] = node => [Gather(node)];
        table["GatherElements"] = node => [GatherElements(node)];
        table["GatherND"] = node => [GatherNd(node)];
    }

    private static ReferenceTensor Concat(OperatorContext node)
    {
        ReferenceTensor[] parts = Enumerable.Range(0, node.InputCount).Select(i => node[i]).ToArray();
        int axis = Shapes.Axis(node.Int("axis", 1), parts[0].Rank);
        int[] dims = (int[])parts[0].Dims.Clone();
        dims[axis] = parts.Sum(p => p.Dims[axis]);
        int[][] strides = Array.ConvertAll(parts, p => Shapes.Strides(p.Dims));
        // All parts in a row, then an index map into them.
        return Append(parts).Select(dims, Shapes.Map(dims, at =>
        {
            int[] inside = (int[])at.Clone();
            int first = 0;
            int part = 0;
            for (; inside[axis] >= parts[part].Dims[axis]; part++)
            {
                inside[axis] -= parts[part].Dims[axis];
                first += parts[part].Count;
            }

            return first + Shapes.Offset(inside, strides[part]);
        }));
    }

    private static ReferenceTensor Append(ReferenceTensor[] parts)
    {
        int[] dims = [parts.Sum(p => p.Count)];
        if (!parts[0].IsFloat) return ReferenceTensor.Integer(parts[0].Type, dims, parts.SelectMany(p => p.Integers).ToArray());
        QuantizedElements[] quantized = parts.Select(p => p.Origin).OfType<QuantizedElements>().ToArray();
        IntegerOrigin? origin = quantized.Length < parts.Length
            ? Joined(parts)
            : new QuantizedElements(quantized.SelectMany(q => q.Centred).ToArray(), quantized.SelectMany(q => q.Scale).ToArray(),
                quantized.All(q => q.IsBias));
        return ReferenceTensor.Float(dims, () => parts.SelectMany(p => p.Floats).ToArray(), origin, parts[0].Type);
    }

    private static JoinedOrigins? Joined(ReferenceTensor[] parts) => Array.TrueForAll(parts, p => p.Origin == null)
        ? null
        : new JoinedOrigins(parts, parts.SelectMany((p, part) => Enumerable.Range(0, p.Count).Select(i => (part, i))).ToArray());

    private static ReferenceTensor[] Split(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int axis = Shapes.Axis(node.Int("axis", 0), x.Rank);
        int length = x.Dims[axis];
        long[]? sizes = node.IntsOrInput("split", 1);
        if (sizes == null)
        {
            // Equal parts; since opset 18 the last may be smaller.
            int parts = (int)node.Int("num_outputs", node.OutputCount);
            int size = (length + parts - 1) / parts;
            sizes = Enumerable.Range(0, parts).Select(i => (long)Math.Min(size, length - i * size)).ToArray();
        }

        int start = 0;
        List<ReferenceTensor> outputs = [];
        foreach (long size in sizes)
        {
            outputs.Add(Slice(x, axis, start, 1, (int)size));
            start += (int)size;
        }

        return outputs.ToArray();
    }

    private static ReferenceTensor Slice(ReferenceTensor x, int axis, int start, int step, int count)
    {
        int[] dims = (int[])x.Dims.Clone();
        dims[axis] = count;
        int[] strides = Shapes.Strides(x.Dims);
        return x.Select(dims, Shapes.Map(dims, at => Shapes.Offset(at, strides) + (start + at[axis] * (step - 1)) * strides[axis]));
    }

    private static ReferenceTensor Slice(OperatorContext node)
    {
        // Attributes before opset 10, inputs since.
        long[] starts = node.IntsOrInput("starts", 1) ?? throw node.NotSupported("no starts");
        long[] ends = node.IntsOrInput("ends", 2) ?? throw node.NotSupported("no ends");
        long[]? axes = node.IntsOrInput("axes", 3);
        long[]? steps = node.Optional(4)?.Integers;
        ReferenceTensor x = node[0];
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = Shapes.Axis(axes?[i] ?? i, x.Rank);
            long length = x.Dims[axis];
            long step = steps?[i] ?? 1;
            long start = starts[i] < 0 ? starts[i] + length : starts[i];
            long end = ends[i] < 0 ? ends[i] + length : ends[i];
            start = step > 0 ? Math.Clamp(start, 0, length) : Math.Clamp(start, 0, length - 1);
            end = step > 0 ? Math.Clamp(end, 0, length) : Math.Clamp(end, -1, length - 1);
            long count = step > 0 ? (end - start + step - 1) / step : (end - start + step + 1) / step;
            x = Slice(x, axis, (int)start, (int)step, (int)Math.Max(0, count));
        }

        return starts.Length == 0 ? x.Reshape(x.Dims) : x;
    }

    private static ReferenceTensor Gather(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        ReferenceTensor indices = node[1];
        int axis = Shapes.Axis(node.Int("axis", 0), x.Rank);
        int[] dims = [.. x.Dims[..axis], .. indices.Dims, .. x.Dims[(axis + 1)..]];
        int[] strides = Shapes.Strides(x.Dims);
        int[] indexStrides = Shapes.Strides(indices.Dims);
        return x.Select(dims, Shapes.Map(dims, at =>
        {
            int index = Shapes.Offset(at[axis..(axis + indices.Rank)], indexStrides);
            int[] from = [.. at[..axis], Shapes.Axis(indices.Integers[index], x.Dims[axis]), .. at[(axis + indices.Rank)..]];
            return Shapes.Offset(from, strides);
        }));
    }

    private static ReferenceTensor GatherElements(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        ReferenceTensor indices = node[1];
        int axis = Shapes.Axis(node.Int("axis", 0), x.Rank);
        int[] strides = Shapes.Strides(x.Dims);
        int[] indexStrides = Shapes.Strides(indices.Dims);
        return x.Select(indices.Dims, Shapes.Map(indices.Dims, at =>
        {
            int[] from = (int[])at.Clone();
            from[axis] = Shapes.Axis(indices.Integers[Shapes.Offset(at, indexStrides)], x.Dims[axis]);
            return Shapes.Offset(from, strides);
        }));
    }

    private static ReferenceTensor GatherNd(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        ReferenceTensor indices = node[1];
        int batch = (int)node.Int("batch_dims", 0);
        int tuple = indices.Dims[^1];
        int lead = indices.Rank - 1;
        int[] dims = [.. indices.Dims[..lead], .. x.Dims[(batch + tuple)..]];
        int[] strides = Shapes.Strides(x.Dims);
        int[] indexStrides = Shapes.Strides(indices.Dims);
        return x.Select(dims, Shapes.Map(dims, at =>
        {
            int first = Shapes.Offset([.. at[..lead], 0], indexStrides);
            IEnumerable<int> picked = Enumerable.Range(0, tuple).Select(i => Shapes.Axis(indices.Integers[first + i], x.Dims[batch + i]));
            return Shapes.Offset([.. at[..batch], .. picked, .. at[lead..]], strides);
        }));
    }
}
