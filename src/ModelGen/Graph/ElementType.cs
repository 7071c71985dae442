namespace ModelGen.Graph;

/// <summary>Element types of tensors. 16-bit floats and 4-bit integers of a file are widened to <see cref="Float32"/> and 8 bits when
/// read.</summary>
public enum ElementType
{
    /// <summary>None.</summary>
    Undefined,

    /// <summary>32-bit IEEE 754 number.</summary>
    Float32,

    /// <summary>64-bit IEEE 754 number.</summary>
    Float64,

    /// <summary>Signed 8-bit integer.</summary>
    Int8,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,

    /// <summary>Signed 16-bit integer.</summary>
    Int16,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16,

    /// <summary>Signed 32-bit integer.</summary>
    Int32,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32,

    /// <summary>Signed 64-bit integer.</summary>
    Int64,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64,

    /// <summary>Boolean, one byte, 0 or 1.</summary>
    Bool,
}
