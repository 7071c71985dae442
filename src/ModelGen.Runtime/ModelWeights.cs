using System;
using System.Buffers.Binary;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;

namespace ModelGen;

/// <summary>
/// Weights of a compiled model that lie in a resource of its assembly, because they are too many for C# source. They are read where the
/// runtime has mapped the assembly; nothing is copied or decoded. For generated code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class ModelWeights
{
    private const int FingerprintBytes = sizeof(ulong);

    private readonly byte* _start;
    private readonly int _length;

    // Keeps the memory: the mapped assembly, or a pinned copy.
    private readonly object _owner;

    private ModelWeights(byte* start, int length, object owner)
    {
        _start = start;
        _length = length;
        _owner = owner;
    }

    /// <summary>The weights and tables, little-endian.</summary>
    public ReadOnlySpan<byte> Bytes => new(_start, _length);

    /// <summary>Finds the weights of a class.</summary>
    /// <param name="owner">A type of the assembly that has the resource.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="length">Bytes of weights; the fingerprint follows them.</param>
    /// <param name="fingerprint">What the build put behind the weights that this code was compiled with.</param>
    /// <exception cref="InvalidOperationException">The resource is missing or belongs to another build.</exception>
    public static ModelWeights Open(Type owner, string name, int length, ulong fingerprint)
    {
        Stream? stream = owner.Assembly.GetManifestResourceStream(name);
        if (stream is null || stream.Length != (long)length + FingerprintBytes) throw Mismatch(owner, name);
        ModelWeights weights = stream is UnmanagedMemoryStream mapped && IsUsable(mapped.PositionPointer)
            ? new ModelWeights(mapped.PositionPointer, length, mapped)
            : Copy(stream, length);
        var end = new ReadOnlySpan<byte>(weights._start + length, FingerprintBytes);
        if (BinaryPrimitives.ReadUInt64LittleEndian(end) != fingerprint) throw Mismatch(owner, name);
        return weights;
    }

    // Floats must start at a multiple of their size on 32-bit ARM; elsewhere the position is one of speed only.
    private static bool IsUsable(byte* start) => ((nint)start & (sizeof(float) - 1)) == 0
        || RuntimeInformation.ProcessArchitecture is Architecture.X86 or Architecture.X64 or Architecture.Arm64;

    private static ModelWeights Copy(Stream stream, int length)
    {
        var bytes = new byte[length + FingerprintBytes];
        int count = 0;
        while (count < bytes.Length)
        {
            int read = stream.Read(bytes, count, bytes.Length - count);
            if (read == 0) throw new EndOfStreamException();
            count += read;
        }

        stream.Dispose();

        // Never unpinned: weights live as long as their class.
        GCHandle handle = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        return new ModelWeights((byte*)handle.AddrOfPinnedObject(), length, bytes);
    }

    private static InvalidOperationException Mismatch(Type owner, string name) => new(
        $"The resource \"{name}\" of {owner.Assembly.GetName().Name} is missing or does not have the weights that {owner.Name} was compiled with; rebuild the project");
}
