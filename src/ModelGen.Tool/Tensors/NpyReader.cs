using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ModelGen.Tool.Tensors;

/// <summary>Reads .npy files, versions 1 to 3: floats of 16 to 64 bits, integers of 8 to 64 bits and booleans, in either byte
/// order.</summary>
internal static class NpyReader
{
    /// <summary>The bytes every .npy file begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    // numpy itself writes headers of 64 to a few hundred bytes and refuses, by default, to parse more than 10,000.
    private const int MaximumHeaderLength = 10_000;

    /// <summary>Reads an array.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ToolException">The file is damaged or holds something that is not a number.</exception>
    public static NumericTensor Read(ReadOnlySpan<byte> file, string name)
    {
        try
        {
            return Read(file);
        }
        catch (FormatException e)
        {
            throw new ToolException($"{name}: not a usable .npy array: {e.Message}", e);
        }
    }

    private static NumericTensor Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 10 || !file.StartsWith(Magic)) throw new FormatException("it does not begin as a .npy file does");
        int version = file[6];
        if (version is < 1 or > 3)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"format version {version} is not known (1 to 3 are)"));

        int headerStart = version == 1 ? 10 : 12;
        if (file.Length < headerStart) throw new FormatException("it is cut short");
        uint headerLength = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(file[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        if (headerLength > MaximumHeaderLength) throw new FormatException("its header is too long");
        if (headerLength > file.Length - headerStart) throw new FormatException("it is cut short");

        ReadOnlySpan<byte> headerBytes = file.Slice(headerStart, (int)headerLength);
        NpyHeader header = NpyHeader.Parse((version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(headerBytes));
        NpyElement element = NpyElement.Parse(header.Description);

        ReadOnlySpan<byte> data = file[(headerStart + (int)headerLength)..];
        if (!NumericTensor.TryGetByteCount(header.Dimensions, element.Size, out int expected))
            throw new FormatException($"shape {TensorNames.Shape(header.Dimensions)} is too large");
        if (data.Length != expected)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"{header.Description}{TensorNames.Shape(header.Dimensions)} takes {expected} bytes, the file has {data.Length}"));

        byte[] elements = element.ToLittleEndian(data);
        if (header.IsFortranOrder) elements = ToRowMajor(elements, header.Dimensions, element.Size);
        if (!element.IsHalf) return new NumericTensor(element.Type, header.Dimensions, elements);
        if (!NumericTensor.TryGetByteCount(header.Dimensions, 4, out _)) throw new FormatException("it is too large");
        return new NumericTensor(element.Type, header.Dimensions, HalfPrecision.WidenFloat16(elements));
    }

    /// <summary>Reorders elements whose first axis varies fastest.</summary>
    private static byte[] ToRowMajor(byte[] source, int[] dimensions, int size)
    {
        byte[] result = new byte[source.Length];
        int[] strides = new int[dimensions.Length];
        int stride = size;
        for (int axis = 0; axis < dimensions.Length && source.Length > 0; axis++)
        {
            strides[axis] = stride;
            stride *= dimensions[axis];
        }

        int[] index = new int[dimensions.Length];
        int offset = 0;
        for (int target = 0; target < result.Length; target += size)
        {
            source.AsSpan(offset, size).CopyTo(result.AsSpan(target));
            for (int axis = dimensions.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < dimensions[axis]) break;
                offset -= strides[axis] * dimensions[axis];
                index[axis] = 0;
            }
        }
        return result;
    }
}
