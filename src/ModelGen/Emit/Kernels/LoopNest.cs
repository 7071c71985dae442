using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Emit.Kernels;

/// <summary>Nested loops over a result whose operands are broadcast: axes that behave alike are merged, the last is left to the
/// caller.</summary>
internal sealed class LoopNest
{
    private LoopNest(int[] sizes, int[] result, int[][] operands)
    {
        Sizes = sizes;
        Result = result;
        Operands = operands;
    }

    /// <summary>Size of each loop; at least one.</summary>
    public int[] Sizes { get; }

    /// <summary>Stride of the result in each loop.</summary>
    public int[] Result { get; }

    /// <summary>Stride of each operand in each loop; 0 repeats.</summary>
    public int[][] Operands { get; }

    public static LoopNest Create(Shape result, Shape[] operands)
    {
        int[] own = result.Strides();
        int[][] strides = operands.Select(operand => operand.BroadcastStrides(result)).ToArray();
        List<int> sizes = [], resultStrides = [];
        List<int>[] merged = operands.Select(_ => new List<int>()).ToArray();
        for (int axis = 0; axis < result.Rank; axis++)
        {
            int size = result[axis], last = sizes.Count - 1;
            if (size == 1) continue;
            bool joins = last >= 0 && strides.Select((stride, i) => merged[i][last] == stride[axis] * size).All(same => same);
            if (joins)
            {
                sizes[last] *= size;
                resultStrides[last] = own[axis];
                for (int i = 0; i < merged.Length; i++) merged[i][last] = strides[i][axis];
                continue;
            }

            sizes.Add(size);
            resultStrides.Add(own[axis]);
            for (int i = 0; i < merged.Length; i++) merged[i].Add(strides[i][axis]);
        }

        if (sizes.Count == 0)
        {
            sizes.Add(1);
            resultStrides.Add(1);
            foreach (List<int> operand in merged) operand.Add(1);
        }

        return new LoopNest(sizes.ToArray(), resultStrides.ToArray(), merged.Select(list => list.ToArray()).ToArray());
    }

    /// <summary>Opens the first <paramref name="count"/> loops.</summary>
    public void Open(CodeWriter writer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            string name = Name(i);
            writer.Line(FormattableString.Invariant($"for (int {name} = 0; {name} < {Sizes[i]}; {name}++)"));
            writer.Block();
        }
    }

    /// <summary>Closes them.</summary>
    public void Close(CodeWriter writer, int count)
    {
        for (int i = 0; i < count; i++) writer.Close(brace: true);
    }

    /// <summary>Index of the element at the current position of the first <paramref name="count"/> loops.</summary>
    public string Expression(int count, int[] strides)
    {
        string[] terms = Enumerable.Range(0, count).Where(i => strides[i] != 0)
            .Select(i => strides[i] == 1 ? Name(i) : FormattableString.Invariant($"{Name(i)} * {strides[i]}")).ToArray();
        return terms.Length == 0 ? "0" : string.Join(" + ", terms);
    }

    /// <summary>Name of the counter of a loop.</summary>
    public static string Name(int loop) => FormattableString.Invariant($"n{loop}");
}
