using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Reductions and global pooling.</summary>
internal static class ReductionLowering
{
    public static Kernel Lower(Node node, PlanContext context)
    {
        var reduction = (Reduction)node.Operator;
        Value x = node.Input(0);
        int[] strides = x.Shape.Strides();
        (int[] keptSizes, int[] keptStrides) = Merge(x.Shape, strides, axis => !reduction.Axes.Contains(axis));
        (int[] reducedSizes, int[] reducedStrides) = Merge(x.Shape, strides, reduction.Axes.Contains);
        int count = reducedSizes.Aggregate(1, (a, b) => a * b);
        if (x.Element.IsByte() && reduction.Result is null
            && reduction.Function is not (ReductionFunction.Maximum or ReductionFunction.Minimum))
            throw context.Unsupported(node, $"the {reduction.Function} of {x.Type}");
        Requantization? requantization = reduction.Result is { } result
            ? Requantization.For(reduction,
                [x.Type.Quantization!.Scale / (result.Quantization.Scale * (reduction.Function == ReductionFunction.Mean ? count : 1))])
            : null;
        return new ReductionKernel
        {
            Description = $"{reduction.Function.ToString().ToLowerInvariant()} of {count} elements, {x.Element.ToString().ToLowerInvariant()}",
            Function = reduction.Function,
            Element = x.Element,
            KeptDimensions = keptSizes,
            KeptStrides = keptStrides,
            ReducedDimensions = reducedSizes,
            ReducedStrides = reducedStrides,
            Activation = reduction.Activation,
            Requantization = requantization,
            InputZeroPoint = x.Type.Quantization?.ZeroPoint ?? 0,
            Output = node.Output.Element,
        };
    }

    public static Kernel LowerArgument(Node node)
    {
        var reduction = (ArgumentReduction)node.Operator;
        Shape shape = node.Input(0).Shape;
        return new ArgumentReductionKernel
        {
            Description = "scan",
            Element = node.Input(0).Element,
            Outer = shape.Product(0, reduction.Axis),
            Length = shape[reduction.Axis],
            Inner = shape.Product(reduction.Axis + 1, shape.Rank),
            Smallest = reduction.Smallest,
            Last = reduction.Last,
        };
    }

    private static (int[] Sizes, int[] Strides) Merge(Shape shape, int[] strides, System.Func<int, bool> isTaken)
    {
        List<int> sizes = [], steps = [];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (!isTaken(axis) || shape[axis] == 1) continue;
            int last = sizes.Count - 1;
            if (last >= 0 && steps[last] == shape[axis] * strides[axis])
            {
                sizes[last] *= shape[axis];
                steps[last] = strides[axis];
                continue;
            }

            sizes.Add(shape[axis]);
            steps.Add(strides[axis]);
        }

        return (sizes.ToArray(), steps.ToArray());
    }
}
