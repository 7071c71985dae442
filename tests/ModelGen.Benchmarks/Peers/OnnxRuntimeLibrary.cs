using System;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelGen.Benchmarks.Peers;

/// <summary>
/// ONNX Runtime's C API (onnxruntime_c_api.h, OrtApi): a table of functions whose places never change; new ones are added at its end.
/// </summary>
internal sealed unsafe class OnnxRuntimeLibrary
{
    private const uint ApiVersion = 14;
    private const int Errors = 3;

    private readonly nint* _functions;

    /// <summary>Loads the library.</summary>
    /// <param name="path">Path of libonnxruntime.</param>
    /// <exception cref="PeerException">It is not there, or too old.</exception>
    public OnnxRuntimeLibrary(string path)
    {
        if (!NativeLibrary.TryLoad(path, out nint library))
            throw new PeerException($"{path}: ONNX Runtime is not there; npm ci --ignore-scripts --prefix tests/onnxruntime fetches it");
        nint* root = ((delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase"))();
        _functions = ((delegate* unmanaged<uint, nint*>)root[0])(ApiVersion);
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)root[1])()) ?? "";
        if (_functions == null) throw new PeerException($"{path}: ONNX Runtime {Version} does not offer version {ApiVersion} of its API");
        fixed (byte* name = "ModelGen"u8)
        {
            nint environment;
            Check(((delegate* unmanaged<int, byte*, nint*, nint>)_functions[(int)OnnxRuntimeFunction.CreateEnv])(
                Errors, name, &environment));
            Environment = environment;
        }
    }

    /// <summary>Version of the library.</summary>
    public string Version { get; }

    /// <summary>The environment that sessions are made in.</summary>
    public nint Environment { get; }

    /// <summary>A function of the table.</summary>
    /// <param name="function">Which.</param>
    public void* this[OnnxRuntimeFunction function] => (void*)_functions[(int)function];

    /// <summary>Ends with the library's own message where a call failed.</summary>
    /// <param name="status">What the call returned.</param>
    /// <exception cref="PeerException">It failed.</exception>
    public void Check(nint status)
    {
        if (status == 0) return;
        string message = Marshal.PtrToStringUTF8(
            ((delegate* unmanaged<nint, nint>)_functions[(int)OnnxRuntimeFunction.GetErrorMessage])(status)) ?? "no message";
        ((delegate* unmanaged<nint, void>)_functions[(int)OnnxRuntimeFunction.ReleaseStatus])(status);
        throw new PeerException("ONNX Runtime: " + message.Trim());
    }

    /// <summary>Text as the library takes it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Memory that is to be freed with <see cref="NativeMemory.Free"/>.</returns>
    public static byte* Copy(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text + '\0');
        byte* copy = (byte*)NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        return copy;
    }
}
