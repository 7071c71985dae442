using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;

namespace ModelGen.Tool.Tensors;

/// <summary>Reads .npz files: zip archives of .npy files, stored or deflated.</summary>
internal static class NpzReader
{
    // Deflate never expands more than 1032-fold, so a larger claim is a lie that would only cost memory.
    private const long MaximumExpansion = 1100;
    private const int MaximumEntries = 10_000;

    /// <summary>Reads all arrays in the order of the archive.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="ToolException">The archive or an array is damaged.</exception>
    public static IReadOnlyList<NamedTensor> Read(byte[] file, string name)
    {
        try
        {
            using ZipArchive archive = new(new MemoryStream(file, writable: false), ZipArchiveMode.Read);
            if (archive.Entries.Count > MaximumEntries)
                throw new ToolException($"{name}: not a usable .npz archive: it has too many entries");
            List<NamedTensor> tensors = [];
            HashSet<string> names = new(StringComparer.Ordinal);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                if (!entry.FullName.EndsWith(".npy", StringComparison.Ordinal))
                    throw new ToolException($"{name}: not a usable .npz archive: '{entry.FullName}' is not a .npy array");
                string arrayName = entry.FullName[..^4];
                if (!names.Add(arrayName))
                    throw new ToolException($"{name}: not a usable .npz archive: two arrays are called '{arrayName}'");
                tensors.Add(new NamedTensor(arrayName, NpyReader.Read(ReadEntry(entry, name), $"{name} ({entry.FullName})")));
            }
            return tensors;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException or IOException)
        {
            throw new ToolException($"{name}: not a usable .npz archive: it is damaged or cut short", e);
        }
    }

    private static byte[] ReadEntry(ZipArchiveEntry entry, string name)
    {
        if (entry.Length > Array.MaxLength || entry.Length / MaximumExpansion > entry.CompressedLength)
            throw new ToolException($"{name}: not a usable .npz archive: the size of '{entry.FullName}' is not plausible");
        byte[] data = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(data);
        return data;
    }
}
