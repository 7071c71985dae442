using System;
using System.Runtime.InteropServices;

namespace ModelGen.Benchmarks.Peers;

/// <summary>
/// A network in ONNX Runtime: one thread, one node at a time, all optimizations, inputs and outputs in memory that is set aside before, so
/// that a run does as little as it can.
/// </summary>
internal sealed unsafe class OnnxRuntimePeer : IPeer
{
    private const int Sequential = 0, AllOptimizations = 99, ArenaAllocator = 1, DefaultMemory = 0;

    private readonly OnnxRuntimeLibrary _library;
    private readonly nint _session;
    private readonly nint _memory;
    private readonly Tensors _inputs, _outputs;
    private readonly delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> _run;

    /// <summary>Loads a model.</summary>
    /// <param name="library">The library.</param>
    /// <param name="file">The model file.</param>
    /// <param name="info">Names, types and shapes of its inputs and outputs.</param>
    /// <param name="inputs">All inputs, each at its <see cref="TensorInfo.ByteOffset"/>.</param>
    /// <param name="names">Names of its inputs, and of its outputs, where they are others.</param>
    /// <exception cref="PeerException">ONNX Runtime refuses the model.</exception>
    public OnnxRuntimePeer(OnnxRuntimeLibrary library, byte[] file, ModelInfo info, ReadOnlySpan<byte> inputs, (string[] Inputs, string[] Outputs)? names = null)
    {
        _library = library;
        nint options, memory, session;
        library.Check(((delegate* unmanaged<nint*, nint>)library[OnnxRuntimeFunction.CreateSessionOptions])(&options));
        Set(library, options, OnnxRuntimeFunction.SetIntraOpNumThreads, 1);
        Set(library, options, OnnxRuntimeFunction.SetInterOpNumThreads, 1);
        Set(library, options, OnnxRuntimeFunction.SetSessionExecutionMode, Sequential);
        Set(library, options, OnnxRuntimeFunction.SetSessionGraphOptimizationLevel, AllOptimizations);
        fixed (byte* bytes = file)
        {
            library.Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)library[OnnxRuntimeFunction.CreateSessionFromArray])(
                library.Environment, bytes, (nuint)file.Length, options, &session));
        }

        ((delegate* unmanaged<nint, void>)library[OnnxRuntimeFunction.ReleaseSessionOptions])(options);
        library.Check(((delegate* unmanaged<int, int, nint*, nint>)library[OnnxRuntimeFunction.CreateCpuMemoryInfo])(
            ArenaAllocator, DefaultMemory, &memory));
        (_session, _memory) = (session, memory);
        _inputs = new Tensors(library, memory, info.Inputs, names?.Inputs, info.InputBytes);
        _outputs = new Tensors(library, memory, info.Outputs, names?.Outputs, info.OutputBytes);
        inputs.CopyTo(_inputs.Bytes);
        _run = (delegate* unmanaged<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)library[OnnxRuntimeFunction.Run];
    }

    /// <inheritdoc/>
    public string Engine => "ONNX Runtime " + _library.Version;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Outputs => _outputs.Bytes;

    /// <inheritdoc/>
    public void Run()
    {
        nint status = _run(_session, 0, _inputs.Names, _inputs.Values, _inputs.Count, _outputs.Names, _outputs.Count, _outputs.Values);
        if (status != 0) _library.Check(status);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inputs.Dispose();
        _outputs.Dispose();
        ((delegate* unmanaged<nint, void>)_library[OnnxRuntimeFunction.ReleaseMemoryInfo])(_memory);
        ((delegate* unmanaged<nint, void>)_library[OnnxRuntimeFunction.ReleaseSession])(_session);
    }

    private static void Set(OnnxRuntimeLibrary library, nint options, OnnxRuntimeFunction function, int value)
        => library.Check(((delegate* unmanaged<nint, int, nint>)library[function])(options, value));

    // Tensors on memory of ours, as ONNX Runtime wants them: names and values side by side.
    private sealed class Tensors : IDisposable
    {
        private const nuint Alignment = 64;

        private readonly OnnxRuntimeLibrary _library;
        private readonly byte* _data;
        private readonly int _bytes;

        public Tensors(OnnxRuntimeLibrary library, nint memory, ReadOnlySpan<TensorInfo> infos, string[]? names, int bytes)
        {
            _library = library;
            _bytes = bytes;
            _data = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, bytes), Alignment);
            new Span<byte>(_data, bytes).Clear();
            Count = (nuint)infos.Length;
            Names = (byte**)NativeMemory.Alloc(Count, (nuint)sizeof(nint));
            Values = (nint*)NativeMemory.Alloc(Count, (nuint)sizeof(nint));
            for (int i = 0; i < infos.Length; i++)
            {
                TensorInfo info = infos[i];
                Names[i] = OnnxRuntimeLibrary.Copy(names?[i] ?? info.Name);
                long[] shape = new long[info.Shape.Length];
                for (int d = 0; d < shape.Length; d++) shape[d] = info.Shape[d];
                nuint size = (nuint)(info.Length * ModelInfo.SizeOf(info.ElementType));

                // Element types have ONNX's numbers in both.
                fixed (long* dimensions = shape)
                {
                    library.Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)
                        library[OnnxRuntimeFunction.CreateTensorWithDataAsOrtValue])(
                        memory, _data + info.ByteOffset, size, dimensions, (nuint)shape.Length, (int)info.ElementType, Values + i));
                }
            }
        }

        public nuint Count { get; }

        public byte** Names { get; }

        public nint* Values { get; }

        public Span<byte> Bytes => new(_data, _bytes);

        public void Dispose()
        {
            for (int i = 0; i < (int)Count; i++)
            {
                NativeMemory.Free(Names[i]);
                ((delegate* unmanaged<nint, void>)_library[OnnxRuntimeFunction.ReleaseValue])(Values[i]);
            }

            NativeMemory.Free(Names);
            NativeMemory.Free(Values);
            NativeMemory.AlignedFree(_data);
        }
    }
}
