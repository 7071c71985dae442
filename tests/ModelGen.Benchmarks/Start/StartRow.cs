namespace ModelGen.Benchmarks.Start;

/// <summary>What an executable with a network needs from its start to its end after one run, and ONNX Runtime for the same.</summary>
/// <param name="Model">The model file.</param>
/// <param name="Milliseconds">From start to end, the least of all starts.</param>
/// <param name="MedianMilliseconds">The median.</param>
/// <param name="PeakKilobytes">Most memory of the process.</param>
/// <param name="Bytes">Size of the executable.</param>
/// <param name="PeerMilliseconds">The least of ONNX Runtime, in the same executable.</param>
/// <param name="PeerMedianMilliseconds">The median.</param>
/// <param name="PeerPeakKilobytes">Most memory of its process.</param>
/// <param name="PeerBytes">Size of its library alone.</param>
internal sealed record StartRow(
    string Model, double Milliseconds, double MedianMilliseconds, long PeakKilobytes, long Bytes, double PeerMilliseconds,
    double PeerMedianMilliseconds, long PeerPeakKilobytes, long PeerBytes);
