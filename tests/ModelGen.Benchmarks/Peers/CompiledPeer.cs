using System;
using ModelGen.Compression.Execution;

namespace ModelGen.Benchmarks.Peers;

/// <summary>A network that ModelGen compiled.</summary>
/// <param name="loaded">Its code, loaded in this process.</param>
/// <param name="inputs">All inputs, each at its <see cref="TensorInfo.ByteOffset"/>.</param>
internal sealed class CompiledPeer(LoadedModel loaded, byte[] inputs) : IPeer
{
    private readonly IModel _model = loaded.Model;
    private readonly byte[] _outputs = new byte[loaded.Model.Info.OutputBytes];

    /// <inheritdoc/>
    public string Engine => "ModelGen";

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Outputs => _outputs;

    /// <inheritdoc/>
    public void Run() => _model.Run(inputs, _outputs);

    /// <inheritdoc/>
    public void Dispose() => loaded.Dispose();
}
