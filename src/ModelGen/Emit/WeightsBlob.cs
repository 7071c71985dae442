using System;
using System.Security.Cryptography;
using ModelGen.Compiler;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>Weights and tables as one run of bytes: floats, zeros up to a multiple of 8 bytes, all else, zeros again.</summary>
internal static class WeightsBlob
{
    private const int Alignment = 8;

    /// <summary>Whether the weights of a plan go into a resource.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="fileBytes">Bytes of the model file.</param>
    public static bool IsResource(Plan plan, int fileBytes) => plan.Options.WeightsResource.Length > 0
        && fileBytes > ModelCompiler.MinimumFileBytesForResource && plan.Constants.Bytes > Limits.PreferredSourceBytes;

    /// <summary>Where the tables that are not floats start.</summary>
    public static int IntegersOffset(ConstantPool constants) => RoundUp(constants.Floats.Length);

    /// <summary>Lays the data out.</summary>
    /// <param name="constants">The tables.</param>
    /// <param name="extraBytes">Zeros behind it.</param>
    public static byte[] LayOut(ConstantPool constants, int extraBytes = 0)
    {
        int offset = IntegersOffset(constants);
        var bytes = new byte[RoundUp(checked(offset + constants.Integers.Length)) + extraBytes];
        constants.Floats.CopyTo(bytes);
        constants.Integers.CopyTo(bytes.AsSpan(offset));
        return bytes;
    }

    /// <summary>Makes the resource of a plan.</summary>
    public static EmbeddedWeights CreateResource(Plan plan)
    {
        byte[] bytes = LayOut(plan.Constants, EmbeddedWeights.FingerprintBytes);
        var weights = new EmbeddedWeights(plan.Options.WeightsResource, bytes);
        using var sha = SHA256.Create();
        sha.ComputeHash(bytes, 0, weights.DataBytes).AsSpan(0, EmbeddedWeights.FingerprintBytes).CopyTo(bytes.AsSpan(weights.DataBytes));
        return weights;
    }

    private static int RoundUp(int count) => checked(count + Alignment - 1) / Alignment * Alignment;
}
