using System;
using System.Linq;
using System.Threading;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Passes.DeadChannels;

namespace ModelGen.Passes;

/// <summary>The passes in the order they run.</summary>
internal static class PassPipeline
{
    private static readonly (string Name, Func<ModelGraph, CompileOptions, ModelGraph> Run)[] Passes =
    [
        (nameof(StateInputQuantization), Plain(StateInputQuantization.Run)),
        (nameof(EliminateCommonSubexpressions), Plain(EliminateCommonSubexpressions.Run)),
        (nameof(SimplifyMovement), Plain(SimplifyMovement.Run)),
        (nameof(AbsorbPadding), Plain(AbsorbPadding.Run)),
        (nameof(FoldScaleAndShift), Plain(FoldScaleAndShift.Run)),
        (nameof(FuseActivations), Plain(FuseActivations.Run)),
        (nameof(SinkDequantize), Plain(SinkDequantize.Run)),
        (nameof(FuseQuantization), Plain(FuseQuantization.Run)),
        (nameof(FoldDequantizedConstants), Plain(FoldDequantizedConstants.Run)),

        // Folding weights may have made room for what stood behind a dequantized constant.
        (nameof(FoldScaleAndShift), Plain(FoldScaleAndShift.Run)),
        (nameof(FuseActivations), Plain(FuseActivations.Run)),
        (nameof(SimplifyMovement), Plain(SimplifyMovement.Run)),
        (nameof(EliminateCommonSubexpressions), Plain(EliminateCommonSubexpressions.Run)),
        (nameof(RemoveDeadChannels), Plain(RemoveDeadChannels.Run)),
        (nameof(OrderChannels), Plain(OrderChannels.Run)),
        (nameof(ChannelsLast), ChannelsLast.Run),
        (nameof(IsolateOutputs), Plain(IsolateOutputs.Run)),
    ];

    public static ModelGraph Run(ModelGraph graph, CompileOptions options, CancellationToken cancellationToken)
    {
        foreach ((string name, Func<ModelGraph, CompileOptions, ModelGraph> pass) in Passes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!options.SkippedPasses.Contains(name)) graph = pass(graph, options);
        }

        return graph;
    }

    private static Func<ModelGraph, CompileOptions, ModelGraph> Plain(Func<ModelGraph, ModelGraph> pass) => (graph, _) => pass(graph);
}
