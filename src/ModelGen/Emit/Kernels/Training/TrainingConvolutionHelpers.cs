using ModelGen.Graph;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>How tensors are laid out for the gradients of convolutions, both profiles.</summary>
internal static class TrainingConvolutionHelpers
{
    /// <summary>Rows over taps, for a convolution whose weights are given at run time.</summary>
    public static Helper ConvolveRows(bool isModern) => isModern ? ModernRows : PortableRows;

    /// <summary>Weights of the taps of a phase, input channel first.</summary>
    public static readonly Helper GatherTaps = new("GatherTaps", """
        // gathered[channel][output][tap] = weights[output][channel][taps[tap]]: the channel axes of the weights exchanged, for some taps of the kernel.
        private static void GatherTaps(ReadOnlySpan<float> weights, Span<float> gathered, int outputs, int channels, int kernel, ReadOnlySpan<int> taps)
        {
            int to = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                for (int output = 0; output < outputs; output++)
                {
                    int from = (output * channels + channel) * kernel;
                    for (int tap = 0; tap < taps.Length; tap++) gathered[to++] = weights[from + taps[tap]];
                }
            }
        }
        """);

    /// <summary>Output gradients at the pitch of the planes, with zeros between and before.</summary>
    public static readonly Helper SpreadRows = new("SpreadRows", """
        // Copies rows to lie pitch apart, behind a margin and with zeros between; channels lie size apart.
        private static void SpreadRows(ReadOnlySpan<float> input, Span<float> spread, int channels, int rows, int columns, int pitch, int margin, int size)
        {
            spread.Clear();
            for (int channel = 0; channel < channels; channel++)
            {
                for (int row = 0; row < rows; row++)
                    input.Slice((channel * rows + row) * columns, columns).CopyTo(spread.Slice(channel * size + margin + row * pitch));
            }
        }
        """);

    /// <summary>The way back from phase planes to channels.</summary>
    public static readonly Helper UnpackPlanes = new("UnpackPlanes", """
        // The reverse of PackPlanes: collects the phases of each channel; what lies in the padding is dropped, what no phase holds is zero.
        private static void UnpackPlanes(
            ReadOnlySpan<float> planes, Span<float> output, int channels, int height, int width, int strideY, int strideX,
            int padTop, int padLeft, int phasesY, int phasesX, int rows, int columns)
        {
            output.Clear();
            int plane = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                for (int phase = 0; phase < phasesY * phasesX; phase++, plane += rows * columns + 1)
                {
                    int shiftX = phase % phasesX - padLeft, shiftY = phase / phasesX - padTop;
                    int begin = shiftX >= 0 ? 0 : (strideX - 1 - shiftX) / strideX;
                    int count = Math.Min(columns, shiftX >= width ? 0 : (width - 1 - shiftX) / strideX + 1) - begin;
                    for (int row = shiftY >= 0 ? 0 : (strideY - 1 - shiftY) / strideY; row < rows && row * strideY + shiftY < height; row++)
                    {
                        int to = (channel * height + row * strideY + shiftY) * width + begin * strideX + shiftX, from = plane + row * columns + begin;
                        if (strideX == 1 && count > 0) planes.Slice(from, count).CopyTo(output.Slice(to));
                        else for (int i = 0; i < count; i++) output[to + i * strideX] = planes[from + i];
                    }
                }
            }
        }
        """);

    /// <summary>Modern: whether skipping zeros pays.</summary>
    public static readonly Helper IsSparse = new("IsSparse", """
        // Whether so many weights are zero that a list of the others is walked faster.
        private static bool IsSparse(ReadOnlySpan<float> weights)
        {
            int left = 0;
            foreach (float weight in weights) left += weight != 0 ? 1 : 0;
            return left * 3L <= weights.Length * 2L;
        }
        """);

    /// <summary>Modern: the weights that are left, row by row.</summary>
    public static readonly Helper ListWeights = new("ListWeights", """
        // Lists the weights that are not zero and the offsets of their taps; those of a row are entries first[row] to first[row + 1].
        private static void ListWeights(
            ReadOnlySpan<float> weights, ReadOnlySpan<int> offsets, Span<int> first, Span<int> listed, Span<float> left)
        {
            int count = 0;
            for (int row = 0; row < first.Length - 1; row++)
            {
                first[row] = count;
                ReadOnlySpan<float> all = weights.Slice(row * offsets.Length, offsets.Length);
                for (int tap = 0; tap < all.Length; tap++)
                {
                    // Written always and counted only if not zero: no branch to guess.
                    listed[count] = offsets[tap];
                    left[count] = all[tap];
                    count += all[tap] != 0 ? 1 : 0;
                }
            }

            first[first.Length - 1] = count;
        }
        """);

    /// <summary>Modern: rows over lists of weights.</summary>
    public static readonly Helper ConvolveLists = new("ConvolveLists", """
        // output[row][i] = clamp(bias[row] + sum of left[k] * source[listed[k] + i]) over the row's entries k, for i in [0, length).
        private static void ConvolveLists(
            ReadOnlySpan<float> source, ReadOnlySpan<int> first, ReadOnlySpan<int> listed, ReadOnlySpan<float> left, ReadOnlySpan<float> bias,
            Span<float> output, int stride, int rows, int length, float low, float high) =>
            ConvolveListed(
                ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(first), ref MemoryMarshal.GetReference(listed),
                ref MemoryMarshal.GetReference(left), ref MemoryMarshal.GetReference(bias), rows, ref MemoryMarshal.GetReference(output), stride, length, low, high);
        """, TileHelpers.Create(new TileFlavor("ConvolveListed", false, true, false, "float", "int")));

    private static readonly Helper ModernRows = new("ConvolveRows", """
        // output[row][i] = clamp(bias[row] + sum of weights[row][tap] * source[offsets[tap] + i]) for i in [0, length).
        private static void ConvolveRows(
            ReadOnlySpan<float> source, ReadOnlySpan<int> offsets, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias,
            Span<float> output, int stride, int rows, int length, float low, float high) =>
            ConvolveDense(
                ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(offsets), offsets.Length, ref MemoryMarshal.GetReference(weights),
                ref MemoryMarshal.GetReference(bias), rows, ref MemoryMarshal.GetReference(output), stride, length, low, high);
        """, TileHelpers.Create(new TileFlavor("ConvolveDense", false, false, false, "float", "int")));

    private static readonly Helper PortableRows = new("ConvolveRows", $$"""
        // output[row][i] = clamp(bias[row] + sum of weights[row][tap] * source[offsets[tap] + i]) for i in [0, length).
        private static void ConvolveRows(
            ReadOnlySpan<float> source, ReadOnlySpan<int> offsets, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias,
            Span<float> output, int stride, int rows, int length, float low, float high)
        {
            for (int row = 0; row < rows; row++)
            {
                Span<float> target = output.Slice(row * stride, length);
                target.Fill(bias[row]);
                {{PortableHelpers.Accumulate(ElementType.Float32, ElementType.Float32, ElementType.Int32).Name}}(source, offsets, weights.Slice(row * offsets.Length, offsets.Length), target);
                {{PortableHelpers.ClampRun.Name}}(target, low, high);
            }
        }
        """, PortableHelpers.Accumulate(ElementType.Float32, ElementType.Float32, ElementType.Int32), PortableHelpers.ClampRun);
}
