using System;
using System.Runtime.InteropServices;

namespace ModelGen.Benchmarks.Peers;

/// <summary>A network that onnx2c and gcc compiled, on memory that is set aside before.</summary>
internal sealed unsafe class Onnx2cPeer : IPeer
{
    private const nuint Alignment = 64;

    // Arguments that a function does not take do no harm, they are in registers.
    private const int MostTensors = 4;

    private readonly nint _library, _entry;
    private readonly byte* _inputs, _outputs;
    private readonly void*[] _tensors = new void*[MostTensors];
    private readonly int _outputBytes;

    /// <summary>Compiles and loads a model.</summary>
    /// <param name="compiler">The compiler.</param>
    /// <param name="model">The model file.</param>
    /// <param name="info">Types and shapes of its inputs and outputs.</param>
    /// <param name="inputs">All inputs, each at its <see cref="TensorInfo.ByteOffset"/>.</param>
    /// <exception cref="PeerException">The compiler refuses it, or it has more than four inputs and outputs.</exception>
    public Onnx2cPeer(Onnx2cCompiler compiler, string model, ModelInfo info, ReadOnlySpan<byte> inputs)
    {
        if (info.Inputs.Length + info.Outputs.Length > MostTensors) throw new PeerException($"{model}: onnx2c's code is called with {MostTensors} inputs and outputs at most");
        _library = compiler.Load(model);
        _entry = NativeLibrary.GetExport(_library, "entry");
        _outputBytes = info.OutputBytes;
        _inputs = Allocate(info.InputBytes);
        _outputs = Allocate(info.OutputBytes);
        inputs.CopyTo(new Span<byte>(_inputs, info.InputBytes));
        int tensor = 0;
        foreach (TensorInfo input in info.Inputs) _tensors[tensor++] = _inputs + input.ByteOffset;
        foreach (TensorInfo output in info.Outputs) _tensors[tensor++] = _outputs + output.ByteOffset;
    }

    /// <inheritdoc/>
    public string Engine => "onnx2c";

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Outputs => new(_outputs, _outputBytes);

    /// <inheritdoc/>
    public void Run() => ((delegate* unmanaged<void*, void*, void*, void*, void>)_entry)(_tensors[0], _tensors[1], _tensors[2], _tensors[3]);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_inputs);
        NativeMemory.AlignedFree(_outputs);
        NativeLibrary.Free(_library);
    }

    private static byte* Allocate(int bytes)
    {
        byte* data = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, bytes), Alignment);
        new Span<byte>(data, bytes).Clear();
        return data;
    }
}
