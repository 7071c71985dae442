using System;

namespace ModelGen.Benchmarks.Peers;

/// <summary>A comparison cannot be made; the message is one line for the user.</summary>
/// <param name="message">The line.</param>
internal sealed class PeerException(string message) : Exception(message);
