using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Reduce..., ArgMax and ArgMin.</summary>
internal static class ReductionImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["ReduceSum"] = node => Reduce(node, ReductionFunction.Sum);
        importers["ReduceMean"] = node => Reduce(node, ReductionFunction.Mean);
        importers["ReduceMax"] = node => Reduce(node, ReductionFunction.Maximum);
        importers["ReduceMin"] = node => Reduce(node, ReductionFunction.Minimum);
        importers["ReduceProd"] = node => Reduce(node, ReductionFunction.Product);
        importers["ReduceL1"] = node => Reduce(node, ReductionFunction.L1);
        importers["ReduceL2"] = node => Reduce(node, ReductionFunction.L2);
        importers["ReduceLogSum"] = node => Reduce(node, ReductionFunction.LogSum);
        importers["ReduceLogSumExp"] = node => Reduce(node, ReductionFunction.LogSumExp);
        importers["ReduceSumSquare"] = node => Reduce(node, ReductionFunction.SumSquare);
        importers["ArgMax"] = node => ArgumentOf(node, smallest: false);
        importers["ArgMin"] = node => ArgumentOf(node, smallest: true);
    }

    // Axes are an attribute first and an operand since operator set 13 (ReduceSum) or 18 (the others).
    private static void Reduce(NodeContext node, ReductionFunction function)
    {
        Value x = node.Input(0);
        long[]? given = node.IntsOrInput("axes", 1);
        if (given is null or { Length: 0 } && node.Int("noop_with_empty_axes", 0) != 0)
        {
            node.Define(0, x);
            return;
        }

        int[] axes = given is null or { Length: 0 }
            ? Enumerable.Range(0, x.Shape.Rank).ToArray()
            : given.Select(axis => x.Shape.Axis(axis)).Distinct().OrderBy(axis => axis).ToArray();
        node.Result(new Reduction(function, new(axes), node.Int("keepdims", 1) != 0), x);
    }

    private static void ArgumentOf(NodeContext node, bool smallest)
    {
        Value x = node.Input(0);
        node.Result(new ArgumentReduction(x.Shape.Axis(node.Int("axis", 0)), node.Int("keepdims", 1) != 0, smallest,
            node.Int("select_last_index", 0) != 0), x);
    }
}
