using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// Takes out channels that change nothing: those that no weight reads, and those that are one number at every run, which goes into the
/// biases of the layers that read them. What is left of the network is dense. Integer results stay the same bits (docs/numerics.md).
/// </summary>
internal static class RemoveDeadChannels
{
    public static ModelGraph Run(ModelGraph graph)
    {
        var analysis = new ChannelAnalysis(graph);
        return new ChannelRewriter(analysis, new ChannelLiveness(graph, analysis).Kept).Rewrite(graph);
    }
}
