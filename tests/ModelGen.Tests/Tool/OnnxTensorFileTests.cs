using System;
using System.IO;
using System.Linq;
using Google.Protobuf;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tool;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Tests.Tool;

public class OnnxTensorFileTests
{
    [Fact]
    public void Reads_what_it_writes()
    {
        NumericTensor tensor = new(TensorElementType.Int16, [2, 1], [1, 0, 255, 255]);
        using MemoryStream stream = new();
        OnnxTensorFile.Write(stream, new NamedTensor("y", tensor));

        NamedTensor back = OnnxTensorFile.Read(stream.ToArray(), "y.pb");

        Assert.Equal("y", back.Name);
        Assert.Equal([2, 1], back.Tensor.Dimensions.ToArray());
        Assert.Equal([1, -1], Values(back.Tensor));
    }

    [Fact]
    public void Reads_typed_fields()
    {
        Assert.Equal([1.5, -2], Values(Read(new TensorProto { DataType = 1, Dims = { 2 }, FloatData = { 1.5f, -2 } })));
        Assert.Equal([1.5], Values(Read(new TensorProto { DataType = 11, DoubleData = { 1.5 } })));
        Assert.Equal([-5], Values(Read(new TensorProto { DataType = 3, Dims = { 1 }, Int32Data = { -5 } })));
        Assert.Equal([200], Values(Read(new TensorProto { DataType = 2, Dims = { 1 }, Int32Data = { 200 } })));
        Assert.Equal([-300], Values(Read(new TensorProto { DataType = 5, Dims = { 1 }, Int32Data = { -300 } })));
        Assert.Equal([-70000], Values(Read(new TensorProto { DataType = 6, Dims = { 1 }, Int32Data = { -70000 } })));
        Assert.Equal([-5], Values(Read(new TensorProto { DataType = 7, Dims = { 1 }, Int64Data = { -5 } })));
        Assert.Equal([4e9], Values(Read(new TensorProto { DataType = 12, Dims = { 1 }, Uint64Data = { 4000000000 } })));
        Assert.Equal([1, 0], Values(Read(new TensorProto { DataType = 9, Dims = { 2 }, Int32Data = { 1, 0 } })));
        Assert.Equal([1.5], Values(Read(new TensorProto { DataType = 10, Dims = { 1 }, Int32Data = { 0x3E00 } })));
    }

    [Fact]
    public void Widens_16_bit_floats_and_4_bit_integers()
    {
        Assert.Equal([1, -2], Values(Read(new TensorProto
        {
            DataType = 10,
            Dims = { 2 },
            RawData = ByteString.CopyFrom(0x00, 0x3C, 0x00, 0xC0)
        })));
        Assert.Equal([1, -2], Values(Read(new TensorProto
        {
            DataType = 16,
            Dims = { 2 },
            RawData = ByteString.CopyFrom(0x80, 0x3F, 0x00, 0xC0)
        })));
        Assert.Equal([-8, 7, -1], Values(Read(new TensorProto { DataType = 22, Dims = { 3 }, RawData = ByteString.CopyFrom(0x78, 0x0F) })));
        Assert.Equal([8, 7, 15], Values(Read(new TensorProto { DataType = 21, Dims = { 3 }, RawData = ByteString.CopyFrom(0x78, 0x0F) })));
    }

    [Theory]
    [InlineData(1, 3, "which is not what its shape takes")]
    [InlineData(1, -1, "negative")]
    [InlineData(1, long.MaxValue, "too large")]
    [InlineData(1, int.MaxValue, "too large")]
    [InlineData(8, 1, "element type 8")]
    [InlineData(0, 1, "element type 0")]
    [InlineData(77, 1, "element type 77")]
    public void Refuses_tensors_that_lie(int type, long dimension, string reason)
    {
        TensorProto proto = new() { DataType = type, Dims = { dimension }, RawData = ByteString.CopyFrom(0, 0, 0, 0) };

        ToolException error = Assert.Throws<ToolException>(() => OnnxTensorFile.Read(proto.ToByteArray(), "x.pb"));

        Assert.StartsWith("x.pb: ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Refuses_external_data_and_rubbish()
    {
        TensorProto proto = new() { DataType = 1, DataLocation = TensorProto.Types.DataLocation.External };
        Assert.Throws<ToolException>(() => OnnxTensorFile.Read(proto.ToByteArray(), "x.pb"));
        TensorProto tooLarge = new() { DataType = 12, Dims = { 1 }, Uint64Data = { ulong.MaxValue } };
        Assert.Throws<ToolException>(() => OnnxTensorFile.Read(tooLarge.ToByteArray(), "x.pb"));
        Assert.Throws<ToolException>(() => OnnxTensorFile.Read([0xFF, 0xFF, 0xFF], "x.pb"));
        Assert.Throws<ToolException>(() => OnnxTensorFile.Read(Convert.FromBase64String(NumpyFiles.Scalar), "x.pb"));
    }

    private static NumericTensor Read(TensorProto proto) => OnnxTensorFile.Read(proto.ToByteArray(), "x.pb").Tensor;

    private static double[] Values(NumericTensor tensor) => Enumerable.Range(0, tensor.Length).Select(tensor.ToDouble).ToArray();
}
