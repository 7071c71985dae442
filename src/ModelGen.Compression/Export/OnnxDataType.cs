namespace ModelGen.Compression.Export;

/// <summary>Element types as ONNX numbers them (onnx.proto, TensorProto.DataType); those that the graph has, and 4-bit integers.</summary>
internal enum OnnxDataType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Bool = 9,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    UInt4 = 21,
    Int4 = 22,
}
