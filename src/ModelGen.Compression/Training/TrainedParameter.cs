using System;
using System.Linq;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using ModelGen.Compression.Rounding;
using ModelGen.Graph.Operators;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Training;

/// <summary>A parameter while it is trained: exact values, which of them are kept, and what the network computes with.</summary>
internal sealed class TrainedParameter
{
    private const int FewInRow = 8;
    private readonly float[]? _given;

    /// <summary>Starts at the values of the network.</summary>
    public TrainedParameter(Parameter parameter)
    {
        Parameter = parameter;
        Values = parameter.Initial.ToFloats();
        Effective = (float[])Values.Clone();
        _given = GivenZeros.MaskOf(parameter.Initial);
        Mask = (float[]?)_given?.Clone();
        CountKept();
        KeptAtStart = Kept;
        Gradient = new float[Values.Length];
        FirstMoment = new float[Values.Length];
        SecondMoment = new float[Values.Length];
        Rows = IsWeights ? parameter.Initial.Shape[0] : Values.Length;
        Steps = RelativeSteps.For(parameter.Initial);
    }

    /// <summary>Where it is in the network.</summary>
    public Parameter Parameter { get; }

    /// <summary>Whether it is a matrix or kernel, which is pruned and quantized, and not a bias.</summary>
    public bool IsWeights => Parameter.Initial.Shape.Rank >= 2;

    /// <summary>Rows: output channels, or gates times hidden units.</summary>
    public int Rows { get; }

    /// <summary>Elements of a row.</summary>
    public int Columns => Values.Length / Math.Max(1, Rows);

    /// <summary>Exact values.</summary>
    public float[] Values { get; set; }

    /// <summary>1 where a value is kept, 0 where it is zero for good; <see langword="null"/> while all are kept.</summary>
    public float[]? Mask { get; set; }

    /// <summary>Grid of the effective values, or <see langword="null"/> while they are exact.</summary>
    public WeightGrid? Grid { get; set; }

    /// <summary>Values with mask and grid applied.</summary>
    public float[] Effective { get; }

    /// <summary>Gradient of the last batch.</summary>
    public float[] Gradient { get; }

    /// <summary>Running mean of gradients (Adam).</summary>
    public float[] FirstMoment { get; }

    /// <summary>Running mean of squared gradients (Adam).</summary>
    public float[] SecondMoment { get; }

    /// <summary>How large a step is for each value, as a share of the learning rate.</summary>
    public float[] Steps { get; }

    /// <summary>How many values are kept before anything is pruned: all but zeros that the model came with.</summary>
    public int KeptAtStart { get; }

    /// <summary>How many values are kept.</summary>
    public int Kept { get; private set; }

    /// <summary>
    /// Whether its rows have one scale: those of recurrent layers, which are of one size, when they are too short for scales of their
    /// own, 8 bits each against about 8 for a weight and its place. Channels of convolutions may differ by orders of magnitude.
    /// </summary>
    public bool SharesScale => Parameter.Node.Operator is Recurrent && Kept < FewInRow * Rows;

    /// <summary>Decides anew which values are kept. Zeros that the model came with stay zeros, whatever is decided.</summary>
    /// <param name="stays">Whether an element may stay, or <see langword="null"/> for all.</param>
    public void Keep(Func<int, bool>? stays)
    {
        Mask = (float[]?)_given?.Clone();
        if (stays is not null)
        {
            Mask ??= Enumerable.Repeat(1f, Values.Length).ToArray();
            for (int i = 0; i < Mask.Length; i++)
                if (!stays(i)) Mask[i] = 0;
        }

        CountKept();
    }

    /// <summary>Recounts <see cref="Kept"/> after the mask changed.</summary>
    public void CountKept() => Kept = Mask is null ? Values.Length : Mask.Count(kept => kept != 0);

    /// <summary>Sum of squared gradients of the values that are kept.</summary>
    public float SquaredGradient()
    {
        if (Mask is null) return TensorPrimitives.SumOfSquares<float>(Gradient);
        ReadOnlySpan<Vector<float>> gradients = MemoryMarshal.Cast<float, Vector<float>>(Gradient),
            masks = MemoryMarshal.Cast<float, Vector<float>>(Mask);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < gradients.Length; i++) sums += gradients[i] * gradients[i] * masks[i];
        float sum = Vector.Sum(sums);
        for (int i = gradients.Length * Vector<float>.Count; i < Gradient.Length; i++) sum += Gradient[i] * Gradient[i] * Mask[i];
        return sum;
    }

    /// <summary>Values with the mask applied.</summary>
    public float[] Masked()
    {
        var masked = (float[])Values.Clone();
        if (Mask is not null) TensorPrimitives.Multiply(masked, Mask, masked);
        return masked;
    }

    /// <summary>Recomputes <see cref="Effective"/> for a range of rows.</summary>
    public void Apply(int firstRow, int lastRow)
    {
        int columns = Columns;
        for (int row = firstRow; row < lastRow; row++)
        {
            Span<float> target = Effective.AsSpan(row * columns, columns);
            Values.AsSpan(row * columns, columns).CopyTo(target);
            if (Mask is not null) TensorPrimitives.Multiply(target, Mask.AsSpan(row * columns, columns), target);
            if (Grid is null) continue;
            float scale = Grid.Scales[row], limit = WeightGrid.LevelsOf(Grid.Bits[row]), inverse = 1 / scale;
            TensorPrimitives.Multiply(target, inverse, target);
            TensorPrimitives.Clamp(target, -limit, limit, target);
            TensorPrimitives.Round(target, target);
            TensorPrimitives.Multiply(target, scale, target);
        }
    }
}
