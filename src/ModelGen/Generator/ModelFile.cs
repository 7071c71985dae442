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
    {
        if (request.Sha256.Length == 0) throw Missing(request, "it does not exist");
        byte[] bytes;
        try
        {
            // Others may replace or delete the file meanwhile: an editor or a script should never fail because the IDE looks at a model.
            using var stream = new FileStream(request.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            bytes = ReadAll(stream, request);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(request, "it does not exist");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Missing(request, "it cannot be read: " + e.Message);
        }

        if (ModelCompiler.Hash(bytes) != request.Sha256)
        {
            throw new ModelException(ModelErrorIds.HashChanged,
                $"Model \"{request.Item}\" changed while the project was being built; build again");
        }

        return bytes;
    }

    private static byte[] ReadAll(FileStream stream, CompileRequest request)
    {
        long limit = Math.Min(request.Options.MaximumModelBytes, int.MaxValue - 64);
        if (stream.Length > limit)
        {
            throw new ModelException(
                ModelErrorIds.TooLarge,
                $"Model \"{request.Item}\" has {stream.Length} bytes, more than the limit of {limit}; "
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

    private static ModelException Missing(CompileRequest request, string reason) => new(
        ModelErrorIds.FileMissing, $"Model \"{request.Item}\" is missing: {reason}; restore the file or remove its ModelGenModel item");
}
