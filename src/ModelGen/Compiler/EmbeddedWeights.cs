using System;
using System.Buffers.Binary;
using System.Globalization;

namespace ModelGen.Compiler;

/// <summary>A resource that emitted code reads its weights from.</summary>
/// <param name="Name">Its name in the assembly: <see cref="CompileOptions.WeightsResource"/>.</param>
/// <param name="Bytes">Its content.</param>
public sealed record EmbeddedWeights(string Name, byte[] Bytes)
{
    /// <summary>The last 8 bytes, by which code and resource know each other, as hexadecimal digits.</summary>
    public string Fingerprint => Bytes.Length < sizeof(ulong) ? ""
        : BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(Bytes.Length - sizeof(ulong))).ToString("x16", CultureInfo.InvariantCulture);
}
