using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace ModelGen.Compression.Tests.Report;

/// <summary>A browser without a window: Chromium or Chrome, from the path or the environment variable MODELGEN_CHROMIUM.</summary>
internal static class Chromium
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string? Executable = Find();

    /// <summary>Reason to skip a test, or null.</summary>
    public static string? SkipReason => Executable is not null ? null : "No chromium or google-chrome in PATH: apt-get install chromium";

    /// <summary>The document after its scripts ran.</summary>
    /// <param name="page">An HTML file.</param>
    /// <param name="isDark">Which colours the user prefers.</param>
    public static string DumpDom(string page, bool isDark) => Run(page, isDark, "--dump-dom");

    /// <summary>A picture of the window.</summary>
    /// <param name="page">An HTML file.</param>
    /// <param name="isDark">Which colours the user prefers.</param>
    /// <param name="width">Width of the window in pixels.</param>
    /// <param name="height">Height of the window in pixels.</param>
    /// <param name="target">The PNG file to write.</param>
    public static void Screenshot(string page, bool isDark, int width, int height, string target)
        => Run(page, isDark, $"--screenshot={target}", FormattableString.Invariant($"--window-size={width},{height}"), "--hide-scrollbars");

    private static string Run(string page, bool isDark, params string[] arguments)
    {
        string profile = Directory.CreateTempSubdirectory("modelgen-chromium-").FullName;
        var start = new ProcessStartInfo(Executable!) { RedirectStandardOutput = true, RedirectStandardError = true };
        IEnumerable<string> all =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--force-device-scale-factor=1", $"--user-data-dir={profile}",
            $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}", .. arguments, new Uri(page).AbsoluteUri,
        ];
        foreach (string argument in all) start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException("Chromium did not end.");
            }

            if (process.ExitCode != 0) throw new InvalidOperationException($"Chromium ended with {process.ExitCode}: {error.Result}");
            return output.Result;
        }
        finally
        {
            try
            {
                Directory.Delete(profile, recursive: true);
            }
            catch (IOException)
            {
                // Helper processes of the browser may still be writing; the system clears its folder for temporary files.
            }
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MODELGEN_CHROMIUM") is { Length: > 0 } given) return given;
        string[] names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries);
        return names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
