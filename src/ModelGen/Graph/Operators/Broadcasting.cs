namespace ModelGen.Graph.Operators;

/// <summary>Index arithmetic of broadcasting.</summary>
internal static class Broadcasting
{
    /// <summary>For each element of <paramref name="target"/> the index of the element of <paramref name="source"/> it reads.</summary>
    public static int[] Indices(Shape source, Shape target)
    {
        int[] strides = source.BroadcastStrides(target);
        var indices = new int[target.Count];
        var position = new int[target.Rank];
        int index = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            indices[i] = index;
            for (int axis = target.Rank - 1; axis >= 0; axis--)
            {
                index += strides[axis];
                if (++position[axis] < target[axis]) break;
                index -= strides[axis] * target[axis];
                position[axis] = 0;
            }
        }

        return indices;
    }
}
