using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading.Tasks;

namespace ModelGen.PackageTests;

/// <summary>Runs the dotnet command.</summary>
internal static class DotNet
{
    // What the SDK that runs these tests sets for itself and what would lead another build astray.
    private static readonly string[] Foreign =
    [
        "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly", "NUGET_PACKAGES",
            "RestorePackagesPath",
    ];

    /// <summary>Runs it in a folder.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="arguments">Arguments.</param>
    /// <returns>Exit code and output.</returns>
    public static DotNetResult Run(string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal)
            ? host : "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in Foreign) start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(10)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} did not end");
        }

        return new DotNetResult(process.ExitCode, output.Result + error.Result);
    }

    /// <summary>Runs it and expects success.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="arguments">Arguments.</param>
    /// <returns>Everything it printed.</returns>
    public static string RunGood(string folder, params IEnumerable<string> arguments)
    {
        DotNetResult result = Run(folder, arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Output}");
    }
}
