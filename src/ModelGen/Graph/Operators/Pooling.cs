using System;
using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>Pooling over a sliding window (ONNX MaxPool, AveragePool). Operand: [N, C, spatial...].</summary>
/// <param name="Function">Maximum or average.</param>
/// <param name="Window">Kernel, strides, dilations, padding.</param>
/// <param name="Ceiling">Whether a last, partly outside window counts (ceil_mode).</param>
/// <param name="CountPadding">Whether padding counts in the divisor of an average.</param>
public sealed record Pooling(PoolingKind Function, Window Window, bool Ceiling, bool CountPadding) : Operator
{
    /// <summary>Whether the operand and the result are [N, spatial..., C]: chosen by the compiler, models do not have it.</summary>
    public bool IsChannelsLast { get; init; }

    /// <inheritdoc/>
    public override string Kind => FormattableString.Invariant($"{(Function == PoolingKind.Max ? "max" : "average")}_pool{Window.Rank}d");

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape x = inputs[0]!.Shape;
        if (x.Rank != Window.Rank + 2) throw Mismatch($"input {x} does not fit {Window.Rank}D pooling");
        int[] shape = x.ToArray();
        int space = IsChannelsLast ? 1 : 2;
        for (int axis = 0; axis < Window.Rank; axis++)
        {
            shape[axis + space] = Window.OutputSize(axis, x[axis + space], Ceiling);
            if (shape[axis + space] <= 0) throw Mismatch($"the kernel is larger than the padded input {x}");
        }

        return [inputs[0]!.Type.WithShape(new Shape(shape))];
    }
}
