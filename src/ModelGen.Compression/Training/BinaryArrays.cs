using System;
using System.IO;
using System.Runtime.InteropServices;

namespace ModelGen.Compression.Training;

/// <summary>Arrays in files of the tool's own, each behind its length.</summary>
internal static class BinaryArrays
{
    /// <summary>Writes an array.</summary>
    public static void WriteFloats(this BinaryWriter writer, ReadOnlySpan<float> values)
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads an array.</summary>
    /// <exception cref="IOException">The file ends too early.</exception>
    public static float[] ReadFloats(this BinaryReader reader)
    {
        int length = reader.ReadInt32();
        if (length < 0 || length > (reader.BaseStream.Length - reader.BaseStream.Position) / sizeof(float))
            throw new EndOfStreamException();
        var values = new float[length];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads an array into one of the same length.</summary>
    /// <exception cref="IOException">The file ends too early or the length is another.</exception>
    public static void ReadFloats(this BinaryReader reader, float[] values)
    {
        float[] read = reader.ReadFloats();
        if (read.Length != values.Length) throw new InvalidDataException();
        read.CopyTo(values, 0);
    }
}
