using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Benchmarks.Peers;

/// <summary>One network, run by ModelGen and by peers.</summary>
/// <param name="Model">The file that ModelGen compiled.</param>
/// <param name="PeerModel">The file that the peers ran.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates as compiled.</param>
/// <param name="DenseMultiplyAccumulates">Multiply-accumulates were no weight zero.</param>
/// <param name="WorkspaceBytes">Workspace of the compiled network.</param>
/// <param name="WeightBytes">Weights and tables of the compiled network.</param>
/// <param name="Difference">Largest difference between the outputs, as a share of the largest output; <see langword="null"/> where the files
/// differ.</param>
/// <param name="Ours">ModelGen's time.</param>
/// <param name="Peers">The peers' times.</param>
internal sealed record PeerRow(
    string Model, string PeerModel, long MultiplyAccumulates, long DenseMultiplyAccumulates, int WorkspaceBytes, long WeightBytes,
    double? Difference, PeerTime Ours, IReadOnlyList<PeerTime> Peers)
{
    /// <summary>How many times faster ModelGen is than the best of the others, by minima.</summary>
    public double Ratio => Peers.Min(peer => peer.MinimumMicroseconds) / Ours.MinimumMicroseconds;
}
