using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using ModelGen.Tool;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Tests.Tool;

public class NpzTests
{
    [Theory]
    [InlineData(NumpyFiles.Stored, "a/b", 2)]
    [InlineData(NumpyFiles.Deflated, "zeros", 100)]
    public void Reads_what_numpy_writes(string file, string first, int length)
    {
        IReadOnlyList<NamedTensor> tensors = NpzReader.Read(Convert.FromBase64String(file), "x.npz");

        Assert.Equal([first, "y"], tensors.Select(t => t.Name));
        Assert.Equal(length, tensors[0].Tensor.Length);
        Assert.Equal(0.5, tensors[1].Tensor.ToDouble(0));
        Assert.Equal([1, 1], tensors[1].Tensor.Dimensions.ToArray());
    }

    [Fact]
    public void Writes_equal_files_for_equal_arrays_and_reads_them_back()
    {
        NamedTensor[] tensors = [new("/conv/out:0", new NumericTensor(TensorElementType.Int8, [3], [1, 255, 3])),
            new("y", new NumericTensor(TensorElementType.UInt8, [], [9]))];

        byte[] file = Write(tensors);
        IReadOnlyList<NamedTensor> back = NpzReader.Read(file, "x.npz");

        Assert.Equal(file, Write(tensors));
        Assert.Equal(["/conv/out:0", "y"], back.Select(t => t.Name));
        Assert.Equal(-1, back[0].Tensor.ToDouble(1));
        Assert.Equal(0, back[1].Tensor.Dimensions.Length);
    }

    [Fact]
    public void Refuses_every_truncation()
    {
        byte[] file = Convert.FromBase64String(NumpyFiles.Deflated);
        for (int length = 0; length < file.Length; length++)
        {
            ToolException error = Assert.Throws<ToolException>(() => NpzReader.Read(file[..length], "x.npz"));
            Assert.StartsWith("x.npz", error.Message);
        }
    }

    [Fact]
    public void Survives_every_changed_byte()
    {
        byte[] original = Convert.FromBase64String(NumpyFiles.Deflated);
        for (int position = 0; position < original.Length; position++)
        {
            foreach (byte value in (byte[])[0, 1, 255])
            {
                byte[] file = [.. original];
                file[position] = value;
                Exception? error = Record.Exception(() => NpzReader.Read(file, "x.npz"));
                Assert.True(error is null or ToolException, $"byte {position} = {value}: {error}");
            }
        }
    }

    [Fact]
    public void Refuses_a_size_that_deflate_cannot_reach()
    {
        byte[] file = Convert.FromBase64String(NumpyFiles.Deflated);
        int directory = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[(byte)'P', (byte)'K', 1, 2]);
        BitConverter.GetBytes(2_000_000_000).CopyTo(file, directory + 24); // uncompressed size in the central directory

        ToolException error = Assert.Throws<ToolException>(() => NpzReader.Read(file, "x.npz"));

        Assert.Contains("not plausible", error.Message);
    }

    [Fact]
    public void Refuses_entries_that_are_no_arrays_and_names_that_repeat()
    {
        Assert.Contains("'notes.txt'", Refusal("notes.txt"));
        Assert.Contains("two arrays are called 'a'", Refusal("a.npy", "a.npy"));
    }

    private static string Refusal(params string[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string entry in entries)
            {
                using Stream target = archive.CreateEntry(entry).Open();
                target.Write(Convert.FromBase64String(NumpyFiles.Scalar));
            }
        }
        return Assert.Throws<ToolException>(() => NpzReader.Read(stream.ToArray(), "x.npz")).Message;
    }

    private static byte[] Write(NamedTensor[] tensors)
    {
        using MemoryStream stream = new();
        NpzWriter.Write(stream, tensors);
        return stream.ToArray();
    }
}
