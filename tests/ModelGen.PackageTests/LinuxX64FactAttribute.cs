using System;
using System.Runtime.InteropServices;
using Xunit;

namespace ModelGen.PackageTests;

/// <summary>A test of native code for Linux on x64; skipped with the reason elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxX64FactAttribute : FactAttribute
{
    public LinuxX64FactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
            Skip = "NativeAOT compiles for the machine it runs on; run .ci/run on Linux on x64, where this test is not skipped.";
    }
}
