using System;
using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>Convolution (ONNX Conv). Operands: input [N, C, spatial...], weights [M, C / groups, kernel...], optional bias [M].</summary>
/// <param name="Window">Kernel, strides, dilations, padding.</param>
/// <param name="Groups">Groups of channels; <c>C</c> for a depthwise convolution.</param>
public sealed record Convolution(Window Window, int Groups) : Operator
{
    /// <inheritdoc/>
    public override string Kind => FormattableString.Invariant($"conv{Window.Rank}d");

    /// <inheritdoc/>
    public override bool AcceptsActivation => true;

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape x = inputs[0]!.Shape, w = inputs[1]!.Shape;
        if (x.Rank != Window.Rank + 2 || w.Rank != x.Rank)
            throw Mismatch($"input {x} and weights {w} do not fit a {Window.Rank}D convolution");
        if (x[1] != w[1] * Groups || w[0] % Groups != 0) throw Mismatch($"input {x}, weights {w} and {Groups} groups do not fit");
        if (inputs.Count > 2 && inputs[2] is { } bias && bias.Shape.Count != w[0])
            throw Mismatch($"bias {bias.Shape} does not fit weights {w}");
        var shape = new int[x.Rank];
        shape[0] = x[0];
        shape[1] = w[0];
        for (int axis = 0; axis < Window.Rank; axis++)
        {
            if (Window.Kernel[axis] != w[axis + 2]) throw Mismatch($"kernel_shape does not match weights {w}");
            shape[axis + 2] = Window.OutputSize(axis, x[axis + 2]);
            if (shape[axis + 2] <= 0) throw Mismatch($"the kernel is larger than the padded input {x}");
        }

        return [new TensorType(inputs[0]!.Element, new Shape(shape))];
    }
}
