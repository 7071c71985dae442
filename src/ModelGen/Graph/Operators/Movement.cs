using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

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
