using System;
using System.Threading;
using ModelGen.Graph;

namespace ModelGen.Passes;

/// <summary>The passes in the order they run.</summary>
internal static class PassPipeline
{
    private static readonly Func<ModelGraph, ModelGraph>[] Passes =
    [
        StateInputQuantization.Run,
        EliminateCommonSubexpressions.Run,
        SimplifyMovement.Run,
        AbsorbPadding.Run,
        FoldScaleAndShift.Run,
        FuseActivations.Run,
        SinkDequantize.Run,
        FuseQuantization.Run,
        FoldDequantizedConstants.Run,

        // Folding weights may have made room for what stood behind a dequantized constant.
        FoldScaleAndShift.Run,
        FuseActivations.Run,
        SimplifyMovement.Run,
        EliminateCommonSubexpressions.Run,
        IsolateOutputs.Run,
    ];

    public static ModelGraph Run(ModelGraph graph, CancellationToken cancellationToken)
    {
        foreach (Func<ModelGraph, ModelGraph> pass in Passes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            graph = pass(graph);
        }

        return graph;
    }
}
