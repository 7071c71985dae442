using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using ModelGen.Benchmarks.Peers;

namespace ModelGen.Benchmarks;

/// <summary>Other programs.</summary>
internal static class ChildProcess
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="PeerException">It is not there, or it failed: with what it said last.</exception>
    public static string Run(string file, IReadOnlyList<string> arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string printed = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            string error = errors.Result.Trim();
            return process.ExitCode == 0 ? printed : throw new PeerException($"{Path.GetFileName(file)} failed: {(error.Length > 0 ? error : printed.Trim())}");
        }
        catch (Win32Exception e)
        {
            throw new PeerException($"{file}: {e.Message}");
        }
    }
}
