using System;
using System.IO;
using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>Reads a model file. This is the one place of the generator that touches the disk.</summary>
/// <remarks>
/// Generators are meant to get their input as additional files, but those are text only. The manifest is the additional file; it names the
/// model and its hash, so the content that is read here is fixed by the compiler's inputs all the same.
/// </remarks>
internal static class ModelFile
{
    /// <summary>Reads a model and checks that it still is what the build saw.</summary>
    /// <param name="request">Path, hash and limit.</param>
    /// <returns>All bytes.</returns>
    /// <exception cref="ModelException">Missing, unreadable, too large or changed.</exception>
    public static byte[] Read(CompileRequest request)
        => Read(request.Path, request.Sha256, request.Item, request.Options.MaximumModelBytes);

    /// <summary>Reads a model and checks that it still is what the build saw.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="sha256">Hash it must have; empty when the build saw no file.</param>
    /// <param name="item">The item as the project writes it, for messages.</param>
    /// <param name="limit">Most bytes that are read.</param>
    /// <returns>All bytes.</returns>
    /// <exception cref="ModelException">Missing, unreadable, too large or changed.</exception>
    public static byte[] Read(string path, string sha256, string item, long limit)
    {
        if (sha256.Length == 0) throw Missing(item, "it does not exist");
        byte[] bytes;
        try
        {
            // Others may replace or delete the file meanwhile: an editor or a script should never fail because the IDE looks at a model.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            bytes = ReadAll(stream, item, Math.Min(limit, int.MaxValue - 64));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(item, "it does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Missing(item, "it cannot be read: " + e.Message);
        }

        if (ModelCompiler.Hash(bytes) != sha256)
        {
            throw new ModelException(ModelErrorIds.HashChanged,
                $"Model \"{item}\" changed while the project was being built; build again");
        }

        return bytes;
    }

    private static byte[] ReadAll(FileStream stream, string item, long limit)
    {
        if (stream.Length > limit)
        {
            throw new ModelException(
                ModelErrorIds.TooLarge,
                $"Model \"{item}\" has {stream.Length} bytes, more than the limit of {limit}; "
                + "make the network smaller, for example by quantizing or pruning it before it is exported");
        }

        var bytes = new byte[stream.Length];
        int count = 0;
        while (count < bytes.Length)
        {
            int read = stream.Read(bytes, count, bytes.Length - count);
            if (read == 0) break;
            count += read;
        }

        // Cut short or extended while being read: the hash then differs.
        if (count < bytes.Length) Array.Resize(ref bytes, count);
        return bytes;
    }

    private static ModelException Missing(string item, string reason) => new(
        ModelErrorIds.FileMissing, $"Model \"{item}\" is missing: {reason}; restore the file or remove its ModelGenModel item");
}
