using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>A block of elements that is copied: <c>for all i: to[toOffset + i . toStrides] = from[fromOffset + i . fromStrides]</c>.</summary>
/// <param name="Input">Which operand is read.</param>
/// <param name="Dimensions">Size of the block along each axis.</param>
/// <param name="FromOffset">First element read.</param>
/// <param name="FromStrides">Elements between neighbours where it is read; 0 repeats, negative reverses.</param>
/// <param name="ToOffset">First element written.</param>
/// <param name="ToStrides">Elements between neighbours where it is written.</param>
public sealed record CopyRegion(int Input, int[] Dimensions, int FromOffset, int[] FromStrides, int ToOffset, int[] ToStrides);

/// <summary>An operation that only moves elements. One description serves evaluation at build time and the emitted copies.</summary>
public abstract record Movement : Operator
{
    /// <summary>The blocks that are copied. They may overlap; later ones win.</summary>
    public abstract IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs);

    /// <summary>Value of elements that no region writes.</summary>
    public virtual double Fill => 0;

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        TensorType type = InferTypes(inputs)[0];
        int size = type.Element.Size();
        byte[] result = Filled(type);
        foreach (CopyRegion region in Regions(inputs))
        {
            ReadOnlySpan<byte> source = inputs[region.Input]!.Constant!.Bytes;
            var position = new int[region.Dimensions.Length];
            int from = region.FromOffset, to = region.ToOffset;
            for (int count = region.Dimensions.Aggregate(1, (a, b) => a * b); count > 0; count--)
            {
                source.Slice(from * size, size).CopyTo(result.AsSpan(to * size));
                for (int axis = position.Length - 1; axis >= 0; axis--)
                {
                    from += region.FromStrides[axis];
                    to += region.ToStrides[axis];
                    if (++position[axis] < region.Dimensions[axis]) break;
                    from -= region.FromStrides[axis] * region.Dimensions[axis];
                    to -= region.ToStrides[axis] * region.Dimensions[axis];
                    position[axis] = 0;
                }
            }
        }

        return [new Tensor(type, result)];
    }

    private byte[] Filled(TensorType type)
    {
        if (Fill == 0) return new byte[type.Bytes];
        var writer = new TensorWriter(type with { Quantization = null });
        for (int i = 0; i < type.Shape.Count; i++) writer.Set(i, Fill);
        return writer.ToTensor().Bytes.ToArray();
    }
}

/// <summary>The same elements in another shape (ONNX Reshape, Flatten, Squeeze, Unsqueeze). Costs nothing: the result is the operand's memory.</summary>
/// <param name="Target">The new shape.</param>
public sealed record Reshape(Shape Target) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "reshape";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs) => [inputs[0]!.Constant!.Reshaped(Target)];

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (Target.Count != inputs[0]!.Shape.Count) throw Mismatch($"{inputs[0]!.Shape} cannot become {Target}: different element counts");
        return [inputs[0]!.Type.WithShape(Target)];
    }
}

/// <summary>Permutes axes (ONNX Transpose).</summary>
/// <param name="Permutation">For each axis of the result the axis of the operand.</param>
public sealed record Transpose(EquatableArray<int> Permutation) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "transpose";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        Shape result = InferTypes(inputs)[0].Shape;
        int[] strides = inputs[0]!.Shape.Strides();
        return [new CopyRegion(0, result.ToArray(), 0, Permutation.Select(axis => strides[axis]).ToArray(), 0, result.Strides())];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        TensorType x = inputs[0]!.Type;
        if (Permutation.Count != x.Shape.Rank || Permutation.Distinct().Count() != Permutation.Count || Permutation.Any(axis => axis < 0 || axis >= x.Shape.Rank))
            throw Mismatch($"perm [{string.Join(", ", Permutation)}] does not fit {x.Shape}");
        return [x.WithShape(new Shape(Permutation.Select(axis => x.Shape[axis])))];
    }
}

/// <summary>A strided part of a tensor (ONNX Slice, one part of Split).</summary>
/// <param name="Starts">First index of each axis.</param>
/// <param name="Steps">Step along each axis; negative reverses.</param>
/// <param name="Sizes">Elements of the result along each axis.</param>
public sealed record Slice(EquatableArray<int> Starts, EquatableArray<int> Steps, EquatableArray<int> Sizes) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "slice";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        int[] strides = inputs[0]!.Shape.Strides();
        int offset = Starts.Select((start, axis) => start * strides[axis]).Sum();
        return [new CopyRegion(0, Sizes.ToArray(), offset, Steps.Select((step, axis) => step * strides[axis]).ToArray(), 0, new Shape(Sizes).Strides())];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape x = inputs[0]!.Shape;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (Sizes[axis] == 0) continue;
            int last = Starts[axis] + Steps[axis] * (Sizes[axis] - 1);
            if (Starts[axis] < 0 || Starts[axis] >= x[axis] || last < 0 || last >= x[axis]) throw Mismatch($"the slice reaches outside {x}");
        }

        return [inputs[0]!.Type.WithShape(new Shape(Sizes))];
    }
}

/// <summary>Repeats a tensor along axes of size 1 (ONNX Expand).</summary>
/// <param name="Target">Shape of the result.</param>
public sealed record Expand(Shape Target) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "expand";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs) =>
        [new CopyRegion(0, Target.ToArray(), 0, inputs[0]!.Shape.BroadcastStrides(Target), 0, Target.Strides())];

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (!Shape.Broadcast(inputs[0]!.Shape, Target).Equals(Target)) throw Mismatch($"{inputs[0]!.Shape} does not expand to {Target}");
        return [inputs[0]!.Type.WithShape(Target)];
    }
}

/// <summary>Joins tensors along an axis (ONNX Concat).</summary>
/// <param name="Axis">The axis, >= 0.</param>
public sealed record Concatenate(int Axis) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "concatenate";

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        int[] strides = InferTypes(inputs)[0].Shape.Strides();
        var regions = new List<CopyRegion>();
        int position = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            Shape shape = inputs[i]!.Shape;
            regions.Add(new CopyRegion(i, shape.ToArray(), 0, shape.Strides(), position * strides[Axis], strides));
            position += shape[Axis];
        }

        return regions;
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        int[] shape = inputs[0]!.Shape.ToArray();
        foreach (Value? input in inputs.Skip(1))
        {
            if (input!.Shape.Rank != shape.Length || (input.Element != inputs[0]!.Element && Result is null)
                || Enumerable.Range(0, shape.Length).Any(axis => axis != Axis && input.Shape[axis] != shape[axis]))
                throw Mismatch($"{inputs[0]!.Type} and {input.Type} cannot be joined along axis {Axis}");
            shape[Axis] = checked(shape[Axis] + input.Shape[Axis]);
        }

        return [inputs[0]!.Type.WithShape(new Shape(shape))];
    }
}

/// <summary>Adds elements of a constant around a tensor (ONNX Pad, mode constant); negative amounts cut.</summary>
/// <param name="Begin">Elements before each axis.</param>
/// <param name="End">Elements after each axis.</param>
/// <param name="Value">The constant.</param>
public sealed record Pad(EquatableArray<int> Begin, EquatableArray<int> End, double Value) : Movement
{
    /// <inheritdoc/>
    public override string Kind => "pad";

    /// <inheritdoc/>
    public override double Fill => Value;

    /// <inheritdoc/>
    public override IReadOnlyList<CopyRegion> Regions(IReadOnlyList<Value?> inputs)
    {
        Shape from = inputs[0]!.Shape, to = InferTypes(inputs)[0].Shape;
        int[] fromStrides = from.Strides(), toStrides = to.Strides(), sizes = new int[from.Rank];
        int fromOffset = 0, toOffset = 0;
        for (int axis = 0; axis < from.Rank; axis++)
        {
            int skip = Math.Max(0, -Begin[axis]), place = Math.Max(0, Begin[axis]);
            fromOffset += skip * fromStrides[axis];
            toOffset += place * toStrides[axis];
            sizes[axis] = Math.Max(0, Math.Min(from[axis] - skip, to[axis] - place));
        }

        return [new CopyRegion(0, sizes, fromOffset, fromStrides, toOffset, toStrides)];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Graph.Value?> inputs)
    {
        Shape x = inputs[0]!.Shape;
        if (Begin.Count != x.Rank || End.Count != x.Rank) throw Mismatch($"pads do not fit {x}");
        return [inputs[0]!.Type.WithShape(new Shape(x.Dimensions.Select((size, axis) => checked(size + Begin[axis] + End[axis]))))];
    }
}

/// <summary>Picks slices along an axis by index (ONNX Gather). Operands: data, indices (int32 or int64; negative counts from the end).</summary>
/// <param name="Axis">The axis, >= 0.</param>
public sealed record Gather(int Axis) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "gather";

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor data = inputs[0]!.Constant!, indices = inputs[1]!.Constant!;
        TensorType type = InferTypes(inputs)[0];
        int outer = data.Shape.Product(0, Axis), size = data.Shape[Axis];
        int inner = data.Shape.Product(Axis + 1, data.Shape.Rank) * data.Element.Size();
        var result = new byte[type.Bytes];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < indices.Count; i++)
            {
                long index = indices.GetLong(i);
                if (index < -size || index >= size) throw Mismatch($"index {index} is outside an axis of size {size}");
                int source = (int)(index < 0 ? index + size : index);
                data.Bytes.Slice((o * size + source) * inner, inner).CopyTo(result.AsSpan((o * indices.Count + i) * inner));
            }
        }

        return [new Tensor(type, result)];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        Shape data = inputs[0]!.Shape, indices = inputs[1]!.Shape;
        return [inputs[0]!.Type.WithShape(new Shape(data.Dimensions.Take(Axis).Concat(indices.Dimensions).Concat(data.Dimensions.Skip(Axis + 1))))];
    }
}
