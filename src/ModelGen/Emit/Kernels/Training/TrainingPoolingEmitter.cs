using ModelGen.Graph.Operators;
using ModelGen.Planning;
using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>Gradients of poolings, both profiles.</summary>
internal static class TrainingPoolingEmitter
{
    private const string Window = "int planes, int height, int width, int outputHeight, int outputWidth, int kernelY, int kernelX, "
        + "int strideY, int strideX, int dilationY, int dilationX, int padTop, int padLeft";

    private static readonly Helper Maximum = new("MaximumGradient", $$"""
        // Adds each gradient to the first element of its window that attains the maximum.
        private static void MaximumGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, {{Window}})
        {
            dx.Clear();
            int from = 0;
            for (int plane = 0; plane < planes; plane++)
            {
                for (int oy = 0; oy < outputHeight; oy++)
                {
                    for (int ox = 0; ox < outputWidth; ox++)
                    {
                        int best = -1;
                        for (int ky = 0; ky < kernelY; ky++)
                        {
                            int iy = oy * strideY - padTop + ky * dilationY;
                            if (iy < 0 || iy >= height) continue;
                            for (int kx = 0; kx < kernelX; kx++)
                            {
                                int ix = ox * strideX - padLeft + kx * dilationX;
                                if (ix < 0 || ix >= width) continue;
                                int index = (plane * height + iy) * width + ix;
                                if (best < 0 || x[index] > x[best]) best = index;
                            }
                        }

                        if (best >= 0) dx[best] += dy[from];
                        from++;
                    }
                }
            }
        }
        """);

    private static readonly Helper Average = new("AverageGradient", $$"""
        // Spreads each gradient evenly over the elements of its window.
        private static void AverageGradient(ReadOnlySpan<float> dy, Span<float> dx, {{Window}}, bool countPadding)
        {
            dx.Clear();
            int from = 0;
            for (int plane = 0; plane < planes; plane++)
            {
                for (int oy = 0; oy < outputHeight; oy++)
                {
                    for (int ox = 0; ox < outputWidth; ox++)
                    {
                        int count = kernelY * kernelX;
                        for (int pass = countPadding ? 1 : 0; pass < 2; pass++)
                        {
                            if (pass == 0) count = 0;
                            float part = dy[from] / Math.Max(1, count);
                            for (int ky = 0; ky < kernelY; ky++)
                            {
                                int iy = oy * strideY - padTop + ky * dilationY;
                                if (iy < 0 || iy >= height) continue;
                                for (int kx = 0; kx < kernelX; kx++)
                                {
                                    int ix = ox * strideX - padLeft + kx * dilationX;
                                    if (ix < 0 || ix >= width) continue;
                                    if (pass == 0) count++;
                                    else dx[(plane * height + iy) * width + ix] += part;
                                }
                            }
                        }

                        from++;
                    }
                }
            }
        }
        """);

    public static void Emit(PoolingGradientKernel kernel, LayerScope scope)
    {
        ConvolutionGeometry g = kernel.Geometry;
        string window = $"planes: {kernel.Planes}, height: {g.Height}, width: {g.Width}, outputHeight: {g.OutputHeight}, outputWidth: {g.OutputWidth}, kernelY: {g.KernelHeight}, kernelX: {g.KernelWidth}, "
            + $"strideY: {g.StrideY}, strideX: {g.StrideX}, dilationY: {g.DilationY}, dilationX: {g.DilationX}, padTop: {g.PadTop}, padLeft: {g.PadLeft}";
        scope.Writer.Line(kernel.Function == PoolingKind.Max
            ? $"{scope.Use(Maximum)}({scope.InputName(0)}, {scope.InputName(1)}, {scope.Result()}, {window});"
            : $"{scope.Use(Average)}({scope.InputName(1)}, {scope.Result()}, {window}, countPadding: {(kernel.CountPadding ? "true" : "false")});");
    }
}
