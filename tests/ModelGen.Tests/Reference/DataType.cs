namespace ModelGen.Tests.Reference;

/// <summary>Element types with the numbers of ONNX (onnx.proto, TensorProto.DataType).</summary>
internal enum DataType
{
    Undefined = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Float64 = 11,
    UInt32 = 12,
    UInt64 = 13,
    BFloat16 = 16,
    UInt4 = 21,
    Int4 = 22,
    UInt2 = 25,
    Int2 = 26,
}
