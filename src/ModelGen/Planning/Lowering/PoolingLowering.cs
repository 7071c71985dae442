using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Pooling over flat planes, like a convolution without weights.</summary>
internal static class PoolingLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        var pooling = (Pooling)node.Operator;
        Value x = node.Input(0);
        bool isByte = x.Element.IsByte();
        if (x.Element != ElementType.Float32 && !isByte) throw context.Unsupported(node, $"input {x.Type}");
        if (pooling.IsChannelsLast)
        {
            return new PoolingKernel
            {
                Description = $"over channels, {x.Element.ToString().ToLowerInvariant()}",
                Geometry = new ConvolutionGeometry(pooling.Window, ChannelsLastLowering.First(x.Shape), ChannelsLastLowering.First(node.Output.Shape)),
                Function = pooling.Function,
                Element = x.Element,
                Output = node.Output.Element,
                IsChannelsLast = true,
                Samples = x.Shape[0],
            };
        }

        var geometry = new ConvolutionGeometry(pooling.Window, x.Shape, node.Output.Shape);
        if (pooling.Function == PoolingKind.Average && isByte && pooling.Result is null)
            throw context.Unsupported(node, "the average of integers");

        if (Is2x2(geometry, pooling, context))
        {
            return new PoolingKernel
            {
                Description = $"2x2 in place, {x.Element.ToString().ToLowerInvariant()}",
                Geometry = geometry,
                Function = pooling.Function,
                Element = x.Element,
                Output = node.Output.Element,
                Is2x2 = true,
                Samples = x.Shape[0],
            };
        }

        var offsets = new List<int>();
        for (int ky = 0; ky < geometry.KernelHeight; ky++)
            for (int kx = 0; kx < geometry.KernelWidth; kx++) offsets.Add(geometry.Offset(ky, kx));

        int[] divisors = Divisors(geometry, pooling, x.Shape);
        bool uniform = divisors.All(divisor => divisor == divisors[0]);
        Requantization? requantization = null;
        ConstantTable? divisorTable = null;
        if (pooling.Function == PoolingKind.Average)
        {
            if (pooling.Result is { } result)
            {
                float[] multipliers = (uniform ? [divisors[0]] : divisors).Select(n =>
                    x.Type.Quantization!.Scale / (result.Quantization.Scale * n)).ToArray();
                requantization = Requantization.For(pooling, multipliers);
                divisorTable = uniform ? null : context.Constants.Add(multipliers);
            }
            else if (!uniform)
            {
                divisorTable = context.Constants.Add(divisors.Select(n => (float)n).ToArray());
            }
        }

        int size = x.Element.Size(), scratchPlanes = geometry.IsDirect ? 0 : geometry.PackedLength * size;
        int sums = pooling.Function == PoolingKind.Average && isByte
            ? geometry.Length * sizeof(int) : geometry.IsContiguous ? 0 : geometry.Length * size;
        return new PoolingKernel
        {
            Description = $"over pixels, {x.Element.ToString().ToLowerInvariant()}",
            Geometry = geometry,
            Function = pooling.Function,
            Element = x.Element,
            Offsets = context.Constants.Add(offsets.ToArray()),
            Divisor = divisors[0],
            Divisors = divisorTable,
            Requantization = requantization,
            InputZeroPoint = x.Type.Quantization?.ZeroPoint ?? 0,
            Output = node.Output.Element,
            Samples = x.Shape[0],
            ScratchBytes = ConvolutionLowering.Align(scratchPlanes) + sums,
        };
    }

    // Rows of all channels are alike where their number is even; an odd last column is passed over.
    private static bool Is2x2(ConvolutionGeometry geometry, Pooling pooling, PlanContext context) =>
        context.Options.Profile == Profile.Modern && pooling.Function == PoolingKind.Max
        && geometry is { KernelHeight: 2, KernelWidth: 2, StrideY: 2, StrideX: 2, DilationY: 1, DilationX: 1, PadTop: 0, PadLeft: 0 }
        && geometry.Height == 2 * geometry.OutputHeight && geometry.Width >= 2 * geometry.OutputWidth;

    /// <summary>Elements that count at each position as the kernel walks it, gaps between rows included.</summary>
    private static int[] Divisors(ConvolutionGeometry geometry, Pooling pooling, Shape input)
    {
        int[] rows = Enumerable.Range(0, geometry.OutputHeight).Select(row =>
            Count(geometry.KernelHeight, geometry.DilationY, row * geometry.StrideY - geometry.PadTop, geometry.Height, pooling, axis: 0,
                geometry.PadTop)).ToArray();
        int[] columns = Enumerable.Range(0, geometry.Columns).Select(column =>
            Count(geometry.KernelWidth, geometry.DilationX, column * geometry.StrideX - geometry.PadLeft, geometry.Width, pooling, axis: 1,
                geometry.PadLeft)).ToArray();
        var divisors = new int[geometry.Length];
        for (int i = 0; i < divisors.Length; i++)
            divisors[i] = System.Math.Max(1, rows[i / geometry.Columns] * columns[i % geometry.Columns]);
        for (int i = 0; i < divisors.Length; i++)
            if (i % geometry.Columns >= geometry.OutputWidth) divisors[i] = divisors[0];
        return divisors;
    }

    // Padding that was asked for may count; what ceil_mode reaches beyond it never does (ONNX AveragePool).
    private static int Count(int kernel, int dilation, int start, int size, Pooling pooling, int axis, int padBegin)
    {
        int windowAxis = pooling.Window.Rank == 1 ? axis - 1 : axis;
        int padEnd = windowAxis < 0 ? 0 : pooling.Window.PadsEnd[windowAxis];
        int low = pooling.CountPadding ? -padBegin : 0, high = pooling.CountPadding ? size + padEnd : size;
        return Enumerable.Range(0, kernel).Count(tap => start + tap * dilation >= low && start + tap * dilation < high);
    }
}
