using System;
using System.Diagnostics;
using System.IO;
using Xunit;

namespace ModelGen.PackageTests;

/// <summary>The sample as a native executable. It ends with 0 only when the accuracies are right and nothing was allocated.</summary>
public sealed class NativeAotTests
{
    [LinuxX64Fact]
    public void Sample_publishes_with_native_aot_and_runs()
    {
        string folder = Directory.CreateTempSubdirectory("modelgen-aot-").FullName;
        try
        {
            string output = Path.Combine(folder, "publish");
            DotNet.RunGood(
                PackedPackages.RepositoryRoot, "publish", "samples/QuickStart", "-c", "Release", "-r", "linux-x64", "-p:Native=true", "-o",
                    output,
                "--artifacts-path", Path.Combine(folder, "artifacts"));
            using Process process = Process.Start(new ProcessStartInfo(Path.Combine(output,
                "QuickStart"))
            { RedirectStandardOutput = true })!;
            string printed = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, printed);
            Assert.Contains("NativeAOT", printed, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
