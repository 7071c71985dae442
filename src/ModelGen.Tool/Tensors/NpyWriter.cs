using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Text;

namespace ModelGen.Tool.Tensors;

/// <summary>Writes .npy files, version 1, as numpy does: little-endian, row-major, data aligned to 64 bytes.</summary>
internal static class NpyWriter
{
    private const int Alignment = 64;

    /// <summary>Writes an array.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensor">The array.</param>
    public static void Write(Stream stream, NumericTensor tensor)
    {
        string text = $"{{'descr': '{NpyElement.Describe(tensor.ElementType)}', 'fortran_order': False, 'shape': {Tuple(tensor.Dimensions)}, }}";
        int length = (10 + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] header = new byte[length];
        header.AsSpan().Fill((byte)' ');
        NpyReader.Magic.CopyTo(header);
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(length - 10));
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[length - 1] = (byte)'\n';
        stream.Write(header);
        stream.Write(tensor.Data);
    }

    /// <summary>A Python tuple; one of a single element ends in a comma.</summary>
    private static string Tuple(ReadOnlySpan<int> dimensions)
    {
        StringBuilder text = new("(");
        for (int i = 0; i < dimensions.Length; i++)
            text.Append(i == 0 ? "" : ", ").Append(dimensions[i].ToString(CultureInfo.InvariantCulture));
        if (dimensions.Length == 1) text.Append(',');
        return text.Append(')').ToString();
    }
}
