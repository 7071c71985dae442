using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>MaxPool, AveragePool, LpPool and their global forms.</summary>
internal static class PoolingImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        importers["MaxPool"] = node => Pool(node, PoolingKind.Max);
        importers["AveragePool"] = node => Pool(node, PoolingKind.Average);
        importers["GlobalAveragePool"] = node => Global(node, ReductionFunction.Mean);
        importers["GlobalMaxPool"] = node => Global(node, ReductionFunction.Maximum);
        importers["LpPool"] = LpPool;
        importers["GlobalLpPool"] = GlobalLpPool;
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

    // The p-norm of each window: the sum of powers is the average times the size of the window, padding included.
    private static void LpPool(NodeContext node)
    {
        Value x = node.Input(0);
        long[] kernel = node.Ints("kernel_shape") ?? throw node.Invalid("lacks kernel_shape");
        if (x.Shape.Rank < 3) throw node.Invalid($"has input {x.Shape}");
        Window window = ConvolutionImporters.ReadWindow(node, x.Shape, kernel.Select(size => checked((int)size)).ToArray());
        if (node.Int("ceil_mode", 0) != 0) window = Completed(window, x.Shape);
        Value average = node.Add(new Pooling(PoolingKind.Average, window, Ceiling: false, CountPadding: true), "average", Powers(node, x));
        float size = window.Kernel.Aggregate(1, (product, length) => checked(product * length));
        Root(node, node.Add(new Binary(BinaryFunction.Multiply), "sum", average, Number("size", size)));
    }

    // Pads the end so that a last, partly outside window lies within.
    private static Window Completed(Window window, Shape x) => window with
    {
        PadsEnd = new(Enumerable.Range(0, window.Rank).Select(axis =>
        {
            int last = (window.OutputSize(axis, x[axis + 2], ceiling: true) - 1) * window.Strides[axis];
            return Math.Max(0, last + window.Extent(axis) - x[axis + 2] - window.PadsBegin[axis]);
        })),
    };

    private static void GlobalLpPool(NodeContext node)
    {
        Value x = node.Input(0);
        if (x.Shape.Rank < 3) throw node.Invalid($"has input {x.Shape}");
        var sum = new Reduction(ReductionFunction.Sum, new(Enumerable.Range(2, x.Shape.Rank - 2)), KeepDimensions: true);
        Root(node, node.Add(sum, "sum", Powers(node, x)));
    }

    private static Value Powers(NodeContext node, Value x)
    {
        long p = Exponent(node);
        if (p == 2) return node.Add(new Binary(BinaryFunction.Multiply), "squares", x, x);
        Value absolute = node.Add(new Unary(UnaryFunction.Abs), "absolute", x);
        return p == 1 ? absolute : node.Add(new Binary(BinaryFunction.Power), "powers", absolute, Number("p", p));
    }

    private static void Root(NodeContext node, Value sum)
    {
        long p = Exponent(node);
        if (p == 1) node.Define(0, sum);
        else if (p == 2) node.Result(new Unary(UnaryFunction.Sqrt), sum);
        else node.Result(new Binary(BinaryFunction.Power), sum, Number("1/p", 1f / p));
    }

    private static Value Number(string name, float value) => GraphBuilder.Constant(name, Tensor.Floats(Shape.Scalar, [value]));

    private static long Exponent(NodeContext node) => node.Int("p", 2) is var p and > 0 ? p : throw node.Invalid("has a p below 1");

    private static void Global(NodeContext node, ReductionFunction function)
    {
        Value x = node.Input(0);
        if (x.Shape.Rank < 3) throw node.Invalid($"has input {x.Shape}");
        node.Result(new Reduction(function, new(Enumerable.Range(2, x.Shape.Rank - 2)), KeepDimensions: true), x);
    }
}
