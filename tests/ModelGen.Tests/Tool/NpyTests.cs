using System;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.Tool;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Tests.Tool;

public class NpyTests
{
    public static TheoryData<string, string> EveryType => NumpyFiles.EveryType;

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Reads_what_numpy_writes_in_every_type_and_byte_order(string description, string file)
    {
        NumericTensor tensor = Read(file);

        Assert.Equal([2, 3], tensor.Dimensions.ToArray());
        double[] expected = description == "|b1" ? [1, 0, 1, 0, 0, 1] : [1, 0, 5, 2, 3, 1];
        Assert.Equal(expected, Values(tensor));
        string wanted = description == "|b1" ? "Bool" : (description[1] switch { 'f' => "Float", 'i' => "Int", _ => "UInt" })
            + Math.Max(8, 8 * (description[2] - '0'));
        Assert.Equal(wanted == "Float16" ? "Float32" : wanted, tensor.ElementType.ToString());
    }

    [Theory]
    [MemberData(nameof(EveryType))]
    public void Writes_what_numpy_writes(string description, string file)
    {
        if (description[0] == '>' || description == "<f2") return; // read, but written as little-endian and float32
        using MemoryStream stream = new();

        NpyWriter.Write(stream, Read(file));

        Assert.Equal(file, Convert.ToBase64String(stream.ToArray()));
    }

    [Fact]
    public void Reads_column_major_arrays_in_row_major_order()
        => Assert.Equal(Enumerable.Range(0, 24).Select(i => (double)i), Values(Read(NumpyFiles.Fortran)));

    [Fact]
    public void Reads_and_writes_scalars()
    {
        NumericTensor tensor = Read(NumpyFiles.Scalar);
        using MemoryStream stream = new();
        NpyWriter.Write(stream, tensor);

        Assert.Equal(0, tensor.Dimensions.Length);
        Assert.Equal([2.5], Values(tensor));
        Assert.Equal(NumpyFiles.Scalar, Convert.ToBase64String(stream.ToArray()));
    }

    [Theory]
    [InlineData(NumpyFiles.Version2)]
    [InlineData(NumpyFiles.Version3)]
    public void Reads_later_format_versions(string file) => Assert.Equal([1.5, -2], Values(Read(file)));

    [Fact]
    public void Reads_arrays_without_elements() => Assert.Equal(0, Read(NumpyFiles.Empty).Length);

    [Fact]
    public void Reads_headers_with_other_spacing_and_order()
        => Assert.Equal([7], Values(NpyReader.Read(File("{\"shape\":(1L,),\n\"fortran_order\":False,\"descr\":\"u1\"}", [7]), "x.npy")));

    [Theory]
    [InlineData(NumpyFiles.Records, "structured")]
    [InlineData(NumpyFiles.Complex, "'<c8'")]
    public void Refuses_what_is_not_a_number(string file, string reason) => AssertRefused(Convert.FromBase64String(file), reason);

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647), }", "too large")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2147483647, 2147483647), }", "the file has 4")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }", "too large")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "damaged")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "takes 12 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), 'more': 1}", "unexpected header key")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "unexpected header key")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "lacks")]
    [InlineData("{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,)}", "damaged")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)", "damaged")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (1,)}", "dtype")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "dtype")]
    [InlineData("{'descr", "damaged")]
    [InlineData("", "damaged")]
    public void Refuses_hostile_headers(string header, string reason) => AssertRefused(File(header, [0, 0, 0, 0]), reason);

    [Fact]
    public void Refuses_more_axes_than_any_array_has()
        => AssertRefused(File($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1,", 65))})}}",
            [0, 0, 0, 0]), "too many axes");

    [Fact]
    public void Refuses_every_truncation_with_the_name_of_the_file()
    {
        byte[] file = Convert.FromBase64String(NumpyFiles.Version2);
        for (int length = 0; length < file.Length; length++) AssertRefused(file[..length], "not a usable .npy array");
    }

    [Fact]
    public void Survives_every_changed_byte_of_the_header()
    {
        byte[] original = Convert.FromBase64String(NumpyFiles.Version2);
        for (int position = 0; position < original.Length - 8; position++)
        {
            foreach (byte value in (byte[])[0, (byte)'9', 255])
            {
                byte[] file = [.. original];
                file[position] = value;
                Exception? error = Record.Exception(() => NpyReader.Read(file, "x.npy"));
                Assert.True(error is null or ToolException, $"byte {position} = {value}: {error}");
            }
        }
    }

    private static NumericTensor Read(string base64) => NpyReader.Read(Convert.FromBase64String(base64), "x.npy");

    private static double[] Values(NumericTensor tensor) => Enumerable.Range(0, tensor.Length).Select(tensor.ToDouble).ToArray();

    private static byte[] File(string header, byte[] data)
        => [.. NpyReader.Magic, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. data];

    private static void AssertRefused(byte[] file, string reason)
    {
        ToolException error = Assert.Throws<ToolException>(() => NpyReader.Read(file, "folder/x.npy"));
        Assert.StartsWith("folder/x.npy: ", error.Message);
        Assert.Contains(reason, error.Message);
    }
}
