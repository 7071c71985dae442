using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Passes;
using ModelGen.Passes.DeadChannels;

namespace ModelGen.Benchmarks.Peers.Xnnpack;

/// <summary>A network in XNNPACK: one thread, memory set aside before, inputs already with their channels last.</summary>
internal sealed unsafe class XnnpackPeer : IPeer
{
    // The rest of our passes put together what one of XNNPACK's nodes does, such as a clamp and the layer before; these change the work.
    private static readonly EquatableArray<string> OurOwn = new([nameof(RemoveDeadChannels), nameof(OrderChannels), nameof(ChannelsLast), nameof(IsolateOutputs)]);

    private readonly XnnpackSubgraph _subgraph;
    private readonly nint _runtime;
    private readonly IReadOnlyList<nint> _outputs;
    private readonly ModelInfo _info;
    private readonly byte[] _bytes;

    /// <summary>Loads a model.</summary>
    /// <param name="file">The model file.</param>
    /// <param name="info">Types and shapes of its inputs and outputs.</param>
    /// <param name="inputs">All inputs, each at its <see cref="TensorInfo.ByteOffset"/>.</param>
    /// <exception cref="PeerException">XNNPACK cannot run the model, or is not installed.</exception>
    public XnnpackPeer(byte[] file, ModelInfo info, byte[] inputs)
    {
        CompileOptions options = new() { SkippedPasses = OurOwn };
        ModelGraph graph = PassPipeline.Run(OnnxImporter.Import(file, options), options, default);
        _info = info;
        _bytes = new byte[info.OutputBytes];
        _subgraph = new XnnpackSubgraph(graph.Inputs.Count + graph.Outputs.Count);
        try
        {
            _outputs = new XnnpackTranslation(graph, _subgraph).Run(graph.Inputs.Select((input, i) =>
                new Tensor(input.Type, inputs.AsSpan(info.Inputs[i].ByteOffset, input.Type.Bytes).ToArray())).ToArray());
            _runtime = _subgraph.CreateRuntime();
        }
        catch (PeerException)
        {
            _subgraph.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Engine => "XNNPACK";

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Outputs
    {
        get
        {
            for (int i = 0; i < _outputs.Count; i++)
            {
                TensorInfo output = _info.Outputs[i];
                new ReadOnlySpan<byte>((void*)_outputs[i], output.Length * ModelInfo.SizeOf(output.ElementType)).CopyTo(_bytes.AsSpan(output.ByteOffset));
            }

            return _bytes;
        }
    }

    /// <inheritdoc/>
    public void Run()
    {
        int status = XnnpackFunctions.InvokeRuntime(_runtime);
        if (status != 0) throw new PeerException($"XNNPACK does not run: status {status}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = XnnpackFunctions.DeleteRuntime(_runtime);
        _subgraph.Dispose();
    }
}
