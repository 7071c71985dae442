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
            temporary = Path.Combine(Path.GetDirectoryName(target) ?? "", $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write)) write(stream);
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ToolException($"{path}: cannot be written: {e.Message}", e);
        }
        finally
        {
            if (temporary is not null) File.Delete(temporary); // does nothing after the move
        }
    }
}
