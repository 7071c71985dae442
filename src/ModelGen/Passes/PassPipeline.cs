using System.Threading;
using ModelGen.Graph;

namespace ModelGen.Passes;

/// <summary>The passes in the order they run.</summary>
internal static class PassPipeline
{
    public static ModelGraph Run(ModelGraph graph, CancellationToken cancellationToken)
    {
        graph = FuseActivations.Run(graph);
        cancellationToken.ThrowIfCancellationRequested();
        return IsolateOutputs.Run(graph);
    }
}
