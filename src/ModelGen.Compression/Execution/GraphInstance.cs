using System;
using System.Linq;
using System.Runtime.InteropServices;

namespace ModelGen.Compression.Execution;

/// <summary>One instance of a compiled graph with buffers for its inputs and outputs. For one thread at a time.</summary>
internal sealed class GraphInstance
{
    private readonly IModel _model;
    private readonly CompiledGraph _graph;

    // Longs, because IModel.Run asks for buffers aligned to 8 bytes.
    private readonly long[] _inputs;
    private readonly long[] _outputs;

    internal GraphInstance(IModel model, CompiledGraph graph)
    {
        _model = model;
        _graph = graph;
        _inputs = new long[(model.Info.InputBytes + 7) / 8];
        _outputs = new long[(model.Info.OutputBytes + 7) / 8];
    }

    /// <summary>Memory of an input, to be written before <see cref="Run"/>.</summary>
    /// <param name="name">Its name.</param>
    public Span<float> Input(string name) => View(_inputs, _graph.Inputs[name]);

    /// <summary>Memory of an output, written by <see cref="Run"/>.</summary>
    /// <param name="name">Its name.</param>
    public Span<float> Output(string name) => View(_outputs, _graph.Outputs[name]);

    /// <summary>Runs the graph.</summary>
    public void Run() => _model.Run(
        MemoryMarshal.AsBytes(_inputs.AsSpan())[.._model.Info.InputBytes],
        MemoryMarshal.AsBytes(_outputs.AsSpan())[.._model.Info.OutputBytes]);

    private static Span<float> View(long[] memory, TensorInfo tensor) => MemoryMarshal.Cast<byte, float>(
        MemoryMarshal.AsBytes(memory.AsSpan()).Slice(tensor.ByteOffset, tensor.Length * sizeof(float)));
}
