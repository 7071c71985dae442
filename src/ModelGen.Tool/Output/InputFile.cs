using System;
using System.Globalization;
using System.IO;

namespace ModelGen.Tool.Output;

/// <summary>Reads whole files with errors a user understands.</summary>
internal static class InputFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="maximumBytes">Largest length that is read.</param>
    /// <exception cref="ToolException">It is missing, too large or cannot be read.</exception>
    public static byte[] ReadAllBytes(string path, long maximumBytes)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            if (stream.Length > maximumBytes)
                throw new ToolException(string.Create(CultureInfo.InvariantCulture,
                    $"{path}: larger than the {maximumBytes} bytes that are read"));
            byte[] data = new byte[stream.Length];
            stream.ReadExactly(data);
            return data;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ToolException($"{path}: no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ToolException(Directory.Exists(path) ? $"{path}: a folder, not a file" : $"{path}: cannot be read: {e.Message}", e);
        }
    }
}
