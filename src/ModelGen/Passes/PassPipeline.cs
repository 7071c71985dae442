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
    private static readonly (string Name, Func<ModelGraph, ModelGraph> Run)[] Passes =
    [
        (nameof(StateInputQuantization), StateInputQuantization.Run),
        (nameof(EliminateCommonSubexpressions), EliminateCommonSubexpressions.Run),
        (nameof(SimplifyMovement), SimplifyMovement.Run),
        (nameof(AbsorbPadding), AbsorbPadding.Run),
        (nameof(FoldScaleAndShift), FoldScaleAndShift.Run),
        (nameof(FuseActivations), FuseActivations.Run),
        (nameof(SinkDequantize), SinkDequantize.Run),
        (nameof(FuseQuantization), FuseQuantization.Run),
        (nameof(FoldDequantizedConstants), FoldDequantizedConstants.Run),

        // Folding weights may have made room for what stood behind a dequantized constant.
        (nameof(FoldScaleAndShift), FoldScaleAndShift.Run),
        (nameof(FuseActivations), FuseActivations.Run),
        (nameof(SimplifyMovement), SimplifyMovement.Run),
        (nameof(EliminateCommonSubexpressions), EliminateCommonSubexpressions.Run),
        (nameof(RemoveDeadChannels), RemoveDeadChannels.Run),
    ];

    public static ModelGraph Run(ModelGraph graph, CompileOptions options, CancellationToken cancellationToken)
    {
        foreach ((string name, Func<ModelGraph, ModelGraph> pass) in Passes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!options.SkippedPasses.Contains(name)) graph = pass(graph);
        }

        // Only vectors gain from another order, and what is best depends on what counts.
        if (options.Profile == Profile.Modern && !options.SkippedPasses.Contains(nameof(ChannelsLast)))
            graph = ChannelsLast.Run(graph, options.Optimize);
        return options.SkippedPasses.Contains(nameof(IsolateOutputs)) ? graph : IsolateOutputs.Run(graph);
    }
}
