using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;

namespace ModelGen.Tool.Tensors;

/// <summary>Writes .npz files as <c>numpy.savez</c> does: one stored .npy file an array.</summary>
internal static class NpzWriter
{
    // The earliest time a zip entry can carry (numpy writes the same), so that equal arrays give equal files.
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes an archive.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="tensors">Arrays with their names.</param>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors)
    {
        using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (NamedTensor tensor in tensors)
        {
            ZipArchiveEntry entry = archive.CreateEntry(tensor.Name + ".npy", CompressionLevel.NoCompression);
            entry.LastWriteTime = EntryTime;
            using Stream target = entry.Open();
            NpyWriter.Write(target, tensor.Tensor);
        }
    }
}
