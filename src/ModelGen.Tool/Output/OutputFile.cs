using System;
using System.IO;

namespace ModelGen.Tool.Output;

/// <summary>Writes files whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Finds out before long work whether <see cref="Write"/> will be able to: the folder is there and takes files. Nothing is left behind.
    /// </summary>
    /// <param name="path">Target.</param>
    /// <exception cref="ToolException">The file could not be written.</exception>
    public static void Check(string path)
    {
        string? temporary = null;
        try
        {
            (string target, temporary) = Places(path);
            if (Directory.Exists(target)) throw new ToolException($"{path}: cannot be written: it is a folder");
            using FileStream probe = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ToolException($"{path}: cannot be written: {WithoutTemporary(e.Message, path, temporary)}", e);
        }
    }

    /// <summary>Writes to a temporary file beside the target and moves it into place, so that no half-written file is ever seen.</summary>
    /// <param name="path">Target; replaced when it exists.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ToolException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            (string target, temporary) = Places(path);
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write)) write(stream);
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ToolException($"{path}: cannot be written: {WithoutTemporary(e.Message, path, temporary)}", e);
        }
        finally
        {
            if (temporary is not null && File.Exists(temporary)) File.Delete(temporary);
        }
    }

    private static (string Target, string Temporary) Places(string path)
    {
        string target = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(target) ?? "";
        if (!Directory.Exists(folder)) throw new ToolException($"{path}: cannot be written: the folder does not exist");
        return (target, Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp"));
    }

    // Messages of the system name the file that was really opened.
    private static string WithoutTemporary(string message, string path, string? temporary) =>
        temporary is null ? message : message.Replace(temporary, path, StringComparison.Ordinal);
}
