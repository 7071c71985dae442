using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Operators that give the same elements another shape or order.</summary>
internal static class ShapeOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Reshape"] = node => [Reshape(node)];
        table["Flatten"] = node => [Flatten(node)];
        table["Squeeze"] = node => [Squeeze(node)];
        table["Unsqueeze"] = node => [Unsqueeze(node)];
        table["Transpose"] = node => [Transpose(node)];
        table["Expand"] = node => [Expand(node)];
        table["Tile"] = node => [Tile(node)];
        table["DepthToSpace"] = node => [DepthToSpace(node)];
        table["SpaceToDepth"] = node => [SpaceToDepth(node)];
        table["Trilu"] = node => [Trilu(node)];
    }

    public static ReferenceTensor Transpose(ReferenceTensor x, int[] permutation)
    {
        int[] dims = Array.ConvertAll(permutation, p => x.Dims[p]);
        int[] strides = Shapes.Strides(x.Dims);
        int[] permuted = Array.ConvertAll(permutation, p => strides[p]);
        return x.Select(dims, Shapes.Map(dims, at => Shapes.Offset(at, permuted)));
    }

    private static ReferenceTensor Reshape(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        long[] shape = node.IntsOrInput("shape", 1) ?? throw node.NotSupported("no shape");
        bool zeroIsZero = node.Int("allowzero", 0) != 0;
        int[] dims = shape.Select((d, i) => d == 0 && !zeroIsZero ? x.Dims[i] : (int)d).ToArray();
        int open = Array.IndexOf(dims, -1);
        if (open >= 0)
        {
            dims[open] = 1;
            dims[open] = x.Count / Shapes.Count(dims);
        }

        return x.Reshape(dims);
    }

    private static ReferenceTensor Flatten(OperatorContext node)
    {
        int axis = Shapes.Axis(node.Int("axis", 1), node[0].Rank);
        return node[0].Reshape([Shapes.Count(node[0].Dims[..axis]), Shapes.Count(node[0].Dims[axis..])]);
    }

    private static ReferenceTensor Squeeze(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int[]? axes = node.IntsOrInput("axes", 1)?.Select(a => Shapes.Axis(a, x.Rank)).ToArray();
        return x.Reshape(x.Dims.Where((d, i) => axes == null ? d != 1 : !axes.Contains(i)).ToArray());
    }

    private static ReferenceTensor Unsqueeze(OperatorContext node)
    {
        long[] given = node.IntsOrInput("axes", 1) ?? throw node.NotSupported("no axes");
        int rank = node[0].Rank + given.Length;
        int[] axes = Array.ConvertAll(given, a => Shapes.Axis(a, rank));
        Queue<int> rest = new(node[0].Dims);
        return node[0].Reshape(Enumerable.Range(0, rank).Select(i => axes.Contains(i) ? 1 : rest.Dequeue()).ToArray());
    }

    private static ReferenceTensor Transpose(OperatorContext node)
        => Transpose(node[0], node.Ints("perm")?.Select(p => (int)p).ToArray() ?? Enumerable.Range(0, node[0].Rank).Reverse().ToArray());

    private static ReferenceTensor Expand(OperatorContext node)
    {
        int[] shape = node[1].Integers.Select(d => (int)d).ToArray();
        int[] dims = Shapes.Broadcast(node[0].Dims, shape);
        return Shapes.Expand(node[0].Reshape(node[0].Dims), dims).Reshape(dims);
    }

    private static ReferenceTensor Tile(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        int[] dims = x.Dims.Select((d, i) => d * (int)node[1].Integers[i]).ToArray();
        int[] strides = Shapes.Strides(x.Dims);
        return x.Select(dims, Shapes.Map(dims, at => at.Select((c, i) => c % x.Dims[i] * strides[i]).Sum()));
    }

    private static ReferenceTensor DepthToSpace(OperatorContext node)
    {
        int block = (int)node.Int("blocksize", 1);
        int[] d = node[0].Dims;
        int channels = d[1] / (block * block);
        // The specification's own recipe: reshape, transpose, reshape.
        ReferenceTensor moved = node.Text("mode", "DCR") == "DCR"
            ? Transpose(node[0].Reshape([d[0], block, block, channels, d[2], d[3]]), [0, 3, 4, 1, 5, 2])
            : Transpose(node[0].Reshape([d[0], channels, block, block, d[2], d[3]]), [0, 1, 4, 2, 5, 3]);
        return moved.Reshape([d[0], channels, d[2] * block, d[3] * block]);
    }

    private static ReferenceTensor SpaceToDepth(OperatorContext node)
    {
        int block = (int)node.Int("blocksize", 1);
        int[] d = node[0].Dims;
        ReferenceTensor split = node[0].Reshape([d[0], d[1], d[2] / block, block, d[3] / block, block]);
        return Transpose(split, [0, 3, 5, 1, 2, 4]).Reshape([d[0], d[1] * block * block, d[2] / block, d[3] / block]);
    }

    private static ReferenceTensor Trilu(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        long k = node.Optional(1)?.Integers[0] ?? 0;
        bool upper = node.Int("upper", 1) != 0;
        int n = 0;
        return x.Select(x.Dims, Shapes.Map(x.Dims, at =>
        {
            long diagonal = (long)at[^1] - at[^2];
            int index = n++;
            return (upper ? diagonal >= k : diagonal <= k) ? index : -1;
        }));
    }
}
