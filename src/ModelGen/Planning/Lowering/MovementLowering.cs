using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Operations that only move elements.</summary>
internal static class MovementLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        var movement = (Movement)node.Operator;
        CopyRegion[] regions = movement.Regions(node.Inputs).Where(region =>
            region.Dimensions.All(size => size > 0)).Select(Simplify).ToArray();
        long covered = regions.Sum(region => region.Dimensions.Aggregate(1L, (product, size) => product * size));
        return new CopyKernel
        {
            Description = $"copy, {node.Output.Element.ToString().ToLowerInvariant()}",
            Regions = regions,
            Element = node.Output.Element,
            Fill = covered < node.Output.Shape.Count ? movement.Fill : null,
            Constants = node.Inputs.Select(input => input!.Constant is null ? null : context.AddTensor(input.Constant)).ToArray(),
            Lookups = movement.Result is null ? [] : node.Inputs.Select(input => Lookup(input!, movement, context)).ToArray(),
        };
    }

    public static Kernel LowerGather(Node node, PlanContext context)
    {
        var gather = (Gather)node.Operator;
        Value data = node.Input(0), indices = node.Input(1);
        return new GatherKernel
        {
            Description = "copy by index",
            Element = data.Element,
            IndexElement = indices.Element,
            Outer = data.Shape.Product(0, gather.Axis),
            AxisSize = data.Shape[gather.Axis],
            Inner = data.Shape.Product(gather.Axis + 1, data.Shape.Rank),
            Indices = indices.Shape.Count,
            Data = data.Constant is null ? null : context.AddTensor(data.Constant),
            IndexTable = indices.Constant is null ? null : context.AddTensor(indices.Constant),
        };
    }

    /// <summary>Drops axes of size 1 and merges axes that lie without gaps on both sides.</summary>
    public static CopyRegion Simplify(CopyRegion region)
    {
        List<int> sizes = [], from = [], to = [];
        for (int axis = 0; axis < region.Dimensions.Length; axis++)
        {
            if (region.Dimensions[axis] == 1) continue;
            int last = sizes.Count - 1;
            if (last >= 0 && from[last] == region.FromStrides[axis] * region.Dimensions[axis]
                && to[last] == region.ToStrides[axis] * region.Dimensions[axis])
            {
                sizes[last] *= region.Dimensions[axis];
                (from[last], to[last]) = (region.FromStrides[axis], region.ToStrides[axis]);
                continue;
            }

            sizes.Add(region.Dimensions[axis]);
            from.Add(region.FromStrides[axis]);
            to.Add(region.ToStrides[axis]);
        }

        return region with { Dimensions = sizes.ToArray(), FromStrides = from.ToArray(), ToStrides = to.ToArray() };
    }

    // Operands that are quantized otherwise than the result pass through a table on their way.
    private static ConstantTable? Lookup(Value input, Movement movement, PlanContext context)
    {
        QuantizedResult result = movement.Result!;
        bool isSame = input.Element == result.Element && input.Type.Quantization!.Equals(result.Quantization)
            && result.Range == IntegerRange.Of(result.Element);
        if (isSame && movement.Activation.IsNone) return null;
        return ElementWiseLowering.LookupTable(new Unary(UnaryFunction.Identity), input.Type, result, movement.Activation, context);
    }
}
