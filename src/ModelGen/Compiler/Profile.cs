namespace ModelGen.Compiler;

/// <summary>Which C# the emitted code may use.</summary>
public enum Profile
{
    /// <summary>.NET 8 and later: 128-, 256- and 512-bit vectors, constant data read in place.</summary>
    Modern,

    /// <summary>netstandard2.1 and Mono (Meadow): C# 8, scalar code, no dependency but the runtime library.</summary>
    Portable,
}
