using System;
using System.Linq;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Where the window of a convolution or pooling lies on the input, for any number of spatial axes.</summary>
internal sealed class SlidingWindow
{
    private SlidingWindow(int[] input, int[] kernel, int[] output, int[] strides, int[] dilations, int[] padBegin, int[] padEnd)
    {
        Input = input;
        Kernel = kernel;
        Output = output;
        Taps = new int[Shapes.Count(output)][];
        PaddedCount = new int[Taps.Length];
        int[] inputStrides = Shapes.Strides(input);
        int position = 0;
        foreach (int[] o in Shapes.Coordinates(output))
        {
            int[] taps = new int[Shapes.Count(kernel)];
            int n = 0;
            foreach (int[] k in Shapes.Coordinates(kernel))
            {
                int offset = 0;
                bool inside = true;
                bool insidePadding = true;
                for (int d = 0; d < input.Length; d++)
                {
                    int at = o[d] * strides[d] + k[d] * dilations[d] - padBegin[d];
                    inside &= at >= 0 && at < input[d];
                    insidePadding &= at < input[d] + padEnd[d];
                    offset += at * inputStrides[d];
                }

                taps[n++] = inside ? offset : -1;
                if (insidePadding) PaddedCount[position]++;
            }

            Taps[position++] = taps;
        }
    }

    public int[] Input { get; }

    public int[] Kernel { get; }

    public int[] Output { get; }

    /// <summary>For each output position, the input offset of each kernel element, -1 in the padding.</summary>
    public int[][] Taps { get; }

    /// <summary>For each output position, kernel elements on input or padding (ceil_mode may reach further).</summary>
    public int[] PaddedCount { get; }

    /// <summary>Reads the attributes strides, pads, dilations, auto_pad and ceil_mode.</summary>
    public static SlidingWindow Create(OperatorContext node, int[] input, int[] kernel)
    {
        int rank = input.Length;
        int[] strides = Attribute(node, "strides", rank);
        int[] dilations = Attribute(node, "dilations", rank);
        int[] output = new int[rank];
        int[] begin = new int[rank];
        int[] end = new int[rank];
        string autoPad = node.Text("auto_pad", "NOTSET");
        long[]? pads = node.Ints("pads");
        for (int d = 0; d < rank; d++)
        {
            int extent = (kernel[d] - 1) * dilations[d] + 1;
            if (autoPad is "SAME_UPPER" or "SAME_LOWER")
            {
                output[d] = (input[d] + strides[d] - 1) / strides[d];
                int total = Math.Max(0, (output[d] - 1) * strides[d] + extent - input[d]);
                begin[d] = autoPad == "SAME_UPPER" ? total / 2 : total - total / 2;
                end[d] = total - begin[d];
                continue;
            }

            if (autoPad == "NOTSET" && pads is { Length: > 0 })
            {
                begin[d] = (int)pads[d];
                end[d] = (int)pads[rank + d];
            }

            int span = input[d] + begin[d] + end[d] - extent;
            bool ceil = node.Int("ceil_mode", 0) != 0;
            output[d] = (ceil ? (span + strides[d] - 1) / strides[d] : span / strides[d]) + 1;
            // A window must start on the input or the padding before it.
            if (ceil && (output[d] - 1) * strides[d] >= input[d] + begin[d]) output[d]--;
        }

        return new SlidingWindow(input, kernel, output, strides, dilations, begin, end);
    }

    public static int[] Attribute(OperatorContext node, string name, int rank)
        => node.Ints(name) is { Length: > 0 } given ? given.Select(v => (int)v).ToArray() : Enumerable.Repeat(1, rank).ToArray();
}
