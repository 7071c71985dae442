using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>MaxPool, AveragePool and their global forms.</summary>
internal static class PoolingImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["MaxPool"] = node => Pool(node, PoolingKind.Max);
        importers["AveragePool"] = node => Pool(node, PoolingKind.Average);
        importers["GlobalAveragePool"] = node => Global(node, ReductionFunction.Mean);
        importers["GlobalMaxPool"] = node => Global(node, ReductionFunction.Maximum);
    }

    private static void Pool(NodeContext node, PoolingKind kind)
    {
        Value x = node.Input(0);
        long[] kernel = node.Ints("kernel_shape") ?? throw node.Invalid("lacks kernel_shape");
        if (node.OutputName(1).Length > 0) throw node.Unsupported("the indices output is not supported");
        if (x.Shape.Rank < 3) throw node.Invalid($"has input {x.Shape}");
        Window window = ConvolutionImporters.ReadWindow(node, x.Shape, kernel.Select(size => checked((int)size)).ToArray());
        node.Result(new Pooling(kind, window, node.Int("ceil_mode", 0) != 0, node.Int("count_include_pad", 0) != 0), x);
    }

    private static void Global(NodeContext node, ReductionFunction function)
    {
        Value x = node.Input(0);
        if (x.Shape.Rank < 3) throw node.Invalid($"has input {x.Shape}");
        node.Result(new Reduction(function, new(Enumerable.Range(2, x.Shape.Rank - 2)), KeepDimensions: true), x);
    }
}
