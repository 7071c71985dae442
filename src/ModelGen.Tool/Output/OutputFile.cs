using System;
using System.IO;

namespace ModelGen.Tool.Output;

/// <summary>Writes files whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Writes to a temporary file beside the target and moves it into place, so that no half-written file is ever seen.</summary>
    /// <param name="path">Target; replaced when it exists.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="ToolException">The file cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            string target = Path.GetFullPath(path);
            string folder = Path.GetDirectoryName(target) ?? "";
            if (!Directory.Exists(folder)) throw new ToolException($"{path}: cannot be written: the folder does not exist");
            temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
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

    // Messages of the system name the file that was really opened.
    private static string WithoutTemporary(string message, string path, string? temporary) =>
        temporary is null ? message : message.Replace(temporary, path, StringComparison.Ordinal);
}
