using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit.Sdk;

namespace ModelGen.Tests.Support;

/// <summary>
/// Snapshots by the file convention of Verify.Xunit: <c>Class.Method#name.verified.cs</c> beside the test's source file, and
/// <c>.received.cs</c> where the text differs. Accepting is deliberate: move the received file over the verified one, or run the
/// test once with MODELGEN_ACCEPT_SNAPSHOTS=1.
/// </summary>
internal static class VerifyText
{
    private const int ContextLines = 3;

    /// <summary>Compares a text with its snapshot.</summary>
    /// <param name="text">What was made.</param>
    /// <param name="name">Tells snapshots of one test method apart; may be empty.</param>
    /// <param name="extension">Extension of the snapshot file.</param>
    /// <param name="method">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    public static void Verify(
        string text, string name = "", string extension = "cs", [CallerMemberName] string method = "", [CallerFilePath] string file = "")
    {
        string stem = Path.GetFileNameWithoutExtension(file) + "." + method + (name.Length > 0 ? "#" + name : "");
        string folder = Path.GetDirectoryName(file)!;
        string verified = Path.Combine(folder, $"{stem}.verified.{extension}");
        string received = Path.Combine(folder, $"{stem}.received.{extension}");
        string? expected = File.Exists(verified) ? Normalize(File.ReadAllText(verified)) : null;
        string actual = Normalize(text);
        if (actual == expected)
        {
            File.Delete(received);
            return;
        }

        if (Environment.GetEnvironmentVariable("MODELGEN_ACCEPT_SNAPSHOTS") == "1")
        {
            File.WriteAllText(verified, actual);
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, actual);
        string message = expected == null ? "There is no snapshot yet." : FirstDifference(expected, actual);
        throw new XunitException(
            $"{stem}: {message}\nMade now: {received}\nIf it is right, move it to {verified} (or run once with MODELGEN_ACCEPT_SNAPSHOTS=1).");
    }

    /// <summary>The first line where two texts part, with some lines before it.</summary>
    public static string FirstDifference(string expected, string actual)
    {
        string[] left = expected.Split('\n');
        string[] right = actual.Split('\n');
        int line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line]) line++;
        StringBuilder message = new($"The text differs from the snapshot in line {line + 1}.\n");
        for (int i = Math.Max(0, line - ContextLines); i < line; i++) message.Append("    ").Append(left[i]).Append('\n');
        for (int i = line; i < Math.Min(left.Length, line + ContextLines); i++) message.Append("  - ").Append(left[i]).Append('\n');
        for (int i = line; i < Math.Min(right.Length, line + ContextLines); i++) message.Append("  + ").Append(right[i]).Append('\n');
        return message.ToString().TrimEnd('\n');
    }

    // A checkout may have turned line ends; the text itself always has \n.
    private static string Normalize(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n') + "\n";
}
