using System;
using System.Buffers.Binary;
using System.Globalization;

namespace ModelGen.Compiler;

/// <summary>A resource that emitted code reads its weights from.</summary>
/// <param name="Name">Its name in the assembly: <see cref="CompileOptions.WeightsResource"/>.</param>
/// <param name="Bytes">Its content: the weights and tables, then the fingerprint.</param>
public sealed record EmbeddedWeights(string Name, byte[] Bytes)
{
    /// <summary>Bytes of the fingerprint.</summary>
    internal const int FingerprintBytes = sizeof(ulong);

    /// <summary>Bytes before the fingerprint.</summary>
    public int DataBytes => Math.Max(0, Bytes.Length - FingerprintBytes);

    /// <summary>What code and resource know each other by, as hexadecimal digits: the first 8 bytes of the SHA-256 of what is before it.</summary>
    public string Fingerprint => Bytes.Length < FingerprintBytes ? ""
        : BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(DataBytes)).ToString("x16", CultureInfo.InvariantCulture);
}
