namespace ModelGen.Benchmarks.Peers;

/// <summary>One network, run by ModelGen and by a peer.</summary>
/// <param name="Model">The file that ModelGen compiled.</param>
/// <param name="PeerModel">The file that the peer ran.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates as compiled.</param>
/// <param name="DenseMultiplyAccumulates">Multiply-accumulates were no weight zero.</param>
/// <param name="WorkspaceBytes">Workspace of the compiled network.</param>
/// <param name="WeightBytes">Weights and tables of the compiled network.</param>
/// <param name="Difference">Largest difference between the outputs, as a share of the largest output; <see langword="null"/> where the files
/// differ.</param>
/// <param name="Ours">ModelGen's time.</param>
/// <param name="Peer">The peer's time.</param>
internal sealed record PeerRow(
    string Model, string PeerModel, long MultiplyAccumulates, long DenseMultiplyAccumulates, int WorkspaceBytes, long WeightBytes,
    double? Difference, PeerTime Ours, PeerTime Peer)
{
    /// <summary>How many times faster ModelGen is, by minima.</summary>
    public double Ratio => Peer.MinimumMicroseconds / Ours.MinimumMicroseconds;
}
