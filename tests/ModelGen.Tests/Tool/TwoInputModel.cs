using System;
using System.Runtime.InteropServices;

namespace ModelGen.Tests.Tool;

/// <summary>A model written by hand: <c>sum[1,2] = a[1,2] + b[2]</c> as float32, and <c>calls[1]</c>, the number of runs so far, as
/// int64.</summary>
internal sealed class TwoInputModel : IModel
{
    private long _calls;

    public ModelInfo Info { get; } = new(
        "two.onnx", new string('0', 64),
        [new TensorInfo("a", TensorElementType.Float32, [1, 2], 0), new TensorInfo("b", TensorElementType.Float32, [2], 8)],
        [new TensorInfo("sum", TensorElementType.Float32, [1, 2], 0), new TensorInfo("calls", TensorElementType.Int64, [1], 8)],
        [], 0, 0, 0, 0, 0, 0, 0);

    public void Run(ReadOnlySpan<byte> inputs, Span<byte> outputs)
    {
        if (inputs.Length != 16 || outputs.Length != 16) throw new ArgumentException("length");
        ReadOnlySpan<float> input = MemoryMarshal.Cast<byte, float>(inputs);
        Span<float> sum = MemoryMarshal.Cast<byte, float>(outputs);
        sum[0] = input[0] + input[2];
        sum[1] = input[1] + input[3];
        MemoryMarshal.Cast<byte, long>(outputs)[1] = ++_calls;
    }
}
