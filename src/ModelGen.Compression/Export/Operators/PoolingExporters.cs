using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export.Operators;

/// <summary>MaxPool and AveragePool.</summary>
internal static class PoolingExporters
{
    public static void Register(IDictionary<Type, NodeExporter> exporters) => exporters[typeof(Pooling)] = Pool;

    private static void Pool(Node node, ExportContext context)
    {
        var pooling = (Pooling)node.Operator;
        bool isMax = pooling.Function == PoolingKind.Max;
        string x = context.Name(node.Input(0));
        Window window = pooling.Window;
        if (IsPadNeeded(node, pooling))
        {
            x = AddPad(node, context, x, window, isMax ? double.NegativeInfinity : 0);
            EquatableArray<int> none = new(new int[window.Rank]);
            window = window with { PadsBegin = none, PadsEnd = none };
        }

        // Dilations of averages came with operator set 19.
        if (!isMax && window.Dilations.Any(dilation => dilation != 1)) context.Require(19);
        List<AttributeProto> attributes = [.. ConvolutionExporters.WindowAttributes(window),
            Attributes.Flag("ceil_mode", pooling.Ceiling)];
        if (!isMax) attributes.Add(Attributes.Flag("count_include_pad", pooling.CountPadding));
        context.Add(isMax ? "MaxPool" : "AveragePool", node.Name, [x], [context.Result(node)], [.. attributes]);
    }

    // Readers refuse pads that are as large as the kernel, which a pooling has when it took over a Pad before it.
    private static bool IsPadNeeded(Node node, Pooling pooling)
    {
        Window window = pooling.Window;
        bool isLarge = Enumerable.Range(0, window.Rank).Any(axis =>
            Math.Max(window.PadsBegin[axis], window.PadsEnd[axis]) >= window.Kernel[axis]);
        return isLarge && !pooling.Ceiling && node.Output.Element == ElementType.Float32
            && (pooling.Function == PoolingKind.Max || pooling.CountPadding);
    }

    private static string AddPad(Node node, ExportContext context, string x, Window window, double value)
    {
        int[] pads = [0, 0, .. window.PadsBegin, 0, 0, .. window.PadsEnd];
        string name = context.Fresh(node.Name + "/padded");
        MovementExporters.AddPad(context, name, x, name, pads, value, ElementType.Float32);
        return name;
    }
}
