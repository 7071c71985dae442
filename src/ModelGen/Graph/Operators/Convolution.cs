using System;
using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>Convolution (ONNX Conv). Operands: input [N, C, spatial...], weights [M, C / groups, kernel...], optional bias [M].</summary>
/// <param name="Window">Kernel, strides, dilations, padding.</param>
/// <param name="Groups">Groups of channels; <c>C</c> for a depthwise convolution.</param>
public sealed record Convolution(Window Window, int Groups) : Operator
{
    /// <summary>Whether input and result have their channels last: [N, spatial..., C]. Weights stay as they are.</summary>
    public bool IsChannelsLast { get; init; }

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
        int channels = IsChannelsLast ? x.Rank - 1 : 1, space = IsChannelsLast ? 1 : 2;
        if (x[channels] != w[1] * Groups || w[0] % Groups != 0) throw Mismatch($"input {x}, weights {w} and {Groups} groups do not fit");
        if (inputs.Count > 2 && inputs[2] is { } bias && bias.Shape.Count != w[0])
            throw Mismatch($"bias {bias.Shape} does not fit weights {w}");
        var shape = new int[x.Rank];
        shape[0] = x[0];
        shape[channels] = w[0];
        for (int axis = 0; axis < Window.Rank; axis++)
        {
            if (Window.Kernel[axis] != w[axis + 2]) throw Mismatch($"kernel_shape does not match weights {w}");
            shape[space + axis] = Window.OutputSize(axis, x[space + axis]);
            if (shape[space + axis] <= 0) throw Mismatch($"the kernel is larger than the padded input {x}");
        }

        return [new TensorType(inputs[0]!.Element, new Shape(shape))];
    }
}
