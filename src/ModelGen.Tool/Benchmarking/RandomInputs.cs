using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using ModelGen.Tool.Execution;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Benchmarking;

/// <summary>Random input that is the same on every machine and in every run.</summary>
internal static class RandomInputs
{
    private const int Seed = 20240229;

    /// <summary>Makes one sample for every input: the range of its quantization where it has one, otherwise -1 to 1, or small
    /// integers.</summary>
    /// <param name="info">The model.</param>
    public static IReadOnlyList<BoundInput> Create(ModelInfo info)
    {
        Random random = new(Seed); // a seeded Random keeps its sequence from version to version
        List<BoundInput> inputs = [];
        foreach (TensorInfo input in info.Inputs)
        {
            byte[] data = MemoryMarshal.AsBytes<double>(Values(random, input)).ToArray();
            NumericTensor tensor = new(TensorElementType.Float64, input.Shape.ToArray(), data);
            inputs.Add(BoundInput.Bind(tensor, input, $"random values for '{input.Name}'"));
        }
        return inputs;
    }

    private static double[] Values(Random random, TensorInfo input)
    {
        double[] values = new double[input.Length];
        bool isFloat = input.ElementType is TensorElementType.Float32 or TensorElementType.Float64;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (isFloat, input.QuantizedType) switch
            {
                (true, TensorElementType.Int8) => (random.Next(-128, 128) - input.ZeroPoint) * (double)input.Scale,
                (true, TensorElementType.UInt8) => (random.Next(0, 256) - input.ZeroPoint) * (double)input.Scale,
                (true, _) => random.NextDouble() * 2 - 1,
                _ when input.ElementType == TensorElementType.Int8 => random.Next(-128, 128),
                _ when input.ElementType == TensorElementType.UInt8 => random.Next(0, 256),
                _ => random.Next(0, 2), // wider integers are mostly indices or flags: 0 and 1 are valid almost everywhere
            };
        }
        return values;
    }
}
