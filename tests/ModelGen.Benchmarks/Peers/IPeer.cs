using System;

namespace ModelGen.Benchmarks.Peers;

/// <summary>A network that one engine is ready to run.</summary>
internal interface IPeer : IDisposable
{
    /// <summary>Name of the engine.</summary>
    string Engine { get; }

    /// <summary>Runs the network once on the inputs it was made with.</summary>
    void Run();

    /// <summary>The outputs of the last run as bytes, one behind the other.</summary>
    ReadOnlySpan<byte> Outputs { get; }
}
