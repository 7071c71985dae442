using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using ModelGen.Compiler;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>Weights and tables as a resource: floats, zeros up to a multiple of 8 bytes, all else, zeros again, and a fingerprint of it all
/// by which code and resource know each other.</summary>
internal sealed class WeightsBlob
{
    private const int Alignment = 8;

    private WeightsBlob(byte[] bytes, ulong fingerprint)
    {
        Bytes = bytes;
        Fingerprint = fingerprint;
    }

    /// <summary>The resource.</summary>
    public byte[] Bytes { get; }

    /// <summary>The first 8 bytes of the SHA-256 of what is before them, little-endian.</summary>
    public ulong Fingerprint { get; }

    /// <summary>Bytes before the fingerprint.</summary>
    public int DataBytes => Bytes.Length - sizeof(ulong);

    /// <summary>Whether the weights of a plan go into a resource.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="fileBytes">Bytes of the model file.</param>
    public static bool IsFor(Plan plan, int fileBytes) => plan.Options.WeightsResource.Length > 0
        && fileBytes > ModelCompiler.MinimumFileBytesForResource && plan.Constants.Bytes > Limits.PreferredSourceBytes;

    /// <summary>Where the tables that are not floats start.</summary>
    public static int IntegersOffset(ConstantPool constants) => RoundUp(constants.Floats.Length);

    /// <summary>Lays the data out, without a fingerprint.</summary>
    public static byte[] LayOut(ConstantPool constants, int extraBytes = 0)
    {
        int offset = IntegersOffset(constants);
        var bytes = new byte[RoundUp(checked(offset + constants.Integers.Length)) + extraBytes];
        constants.Floats.CopyTo(bytes);
        constants.Integers.CopyTo(bytes.AsSpan(offset));
        return bytes;
    }

    /// <summary>Makes the resource of a plan.</summary>
    public static WeightsBlob Create(Plan plan)
    {
        byte[] bytes = LayOut(plan.Constants, sizeof(ulong));
        Span<byte> end = bytes.AsSpan(bytes.Length - sizeof(ulong));
        using var sha = SHA256.Create();
        sha.ComputeHash(bytes, 0, bytes.Length - sizeof(ulong)).AsSpan(0, sizeof(ulong)).CopyTo(end);
        return new WeightsBlob(bytes, BinaryPrimitives.ReadUInt64LittleEndian(end));
    }

    private static int RoundUp(int count) => checked(count + Alignment - 1) / Alignment * Alignment;
}
