using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Where a sliding window goes: one or two spatial axes.</summary>
/// <param name="Kernel">Kernel size of each spatial axis.</param>
/// <param name="Strides">Strides.</param>
/// <param name="Dilations">Dilations.</param>
/// <param name="PadsBegin">Padding before each axis.</param>
/// <param name="PadsEnd">Padding after each axis.</param>
public sealed record Window(
    EquatableArray<int> Kernel, EquatableArray<int> Strides, EquatableArray<int> Dilations, EquatableArray<int> PadsBegin, EquatableArray<int> PadsEnd)
{
    /// <summary>Number of spatial axes.</summary>
    public int Rank => Kernel.Count;

    /// <summary>Whether no padding is added.</summary>
    public bool IsUnpadded => PadsBegin.All(pad => pad == 0) && PadsEnd.All(pad => pad == 0);

    /// <summary>Input elements that the kernel spans along an axis.</summary>
    public int Extent(int axis) => (Kernel[axis] - 1) * Dilations[axis] + 1;

    /// <summary>Number of positions along an axis (ONNX Conv and pooling).</summary>
    /// <param name="axis">Spatial axis.</param>
    /// <param name="size">Size of the input along it.</param>
    /// <param name="ceiling">Whether a last, partly outside position counts.</param>
    public int OutputSize(int axis, int size, bool ceiling = false)
    {
        int span = size + PadsBegin[axis] + PadsEnd[axis] - Extent(axis);
        if (span < 0) return 0;
        int positions = (ceiling ? (span + Strides[axis] - 1) / Strides[axis] : span / Strides[axis]) + 1;

        // A position that starts in the padding after the input does not count (ONNX pooling, ceil_mode).
        if (ceiling && (positions - 1) * Strides[axis] >= size + PadsBegin[axis]) positions--;
        return positions;
    }
}

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
        if (x.Rank != Window.Rank + 2 || w.Rank != x.Rank) throw Mismatch($"input {x} and weights {w} do not fit a {Window.Rank}D convolution");
        if (x[1] != w[1] * Groups || w[0] % Groups != 0) throw Mismatch($"input {x}, weights {w} and {Groups} groups do not fit");
        if (inputs.Count > 2 && inputs[2] is { } bias && bias.Shape.Count != w[0]) throw Mismatch($"bias {bias.Shape} does not fit weights {w}");
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
