using System;
using System.Linq;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tests.Support;

/// <summary>A .npy file of samples, its elements widened to double.</summary>
internal sealed class NpyArray
{
    private NpyArray(int[] dims, double[] values)
    {
        Dims = dims;
        Values = values;
    }

    public int[] Dims { get; }

    public double[] Values { get; }

    /// <summary>Elements of one entry of the first axis.</summary>
    public int SampleSize => Values.Length / Math.Max(1, Dims[0]);

    /// <summary>One entry of the first axis.</summary>
    public double[] Sample(int index) => Values[(index * SampleSize)..((index + 1) * SampleSize)];

    public static NpyArray Load(string path)
    {
        NumericTensor tensor = TensorFiles.ReadSingle(path);
        return new NpyArray(tensor.Dimensions.ToArray(), Enumerable.Range(0, tensor.Length).Select(tensor.ToDouble).ToArray());
    }
}
