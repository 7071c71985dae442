using System;
using System.IO;
using System.Linq;
using System.Reflection;

namespace ModelGen.Tests.Support;

/// <summary>
/// The folder of real models and data that is too large for the repository: the environment variable MODELGEN_SHARED, or
/// <c>shared</c> beside the repository.
/// </summary>
internal static class SharedData
{
    public static string Root => Environment.GetEnvironmentVariable("MODELGEN_SHARED") is { Length: > 0 } given
        ? given
        : typeof(SharedData).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "ModelGenShared").Value!;

    public static bool IsPresent => Directory.Exists(Path.Combine(Root, "models"));

    /// <summary>Reason to skip a test, or null.</summary>
    public static string? SkipReason => IsPresent
        ? null : $"No models in '{Root}': run with MODELGEN_SHARED=<folder that holds models/ and data/>.";

    /// <summary>A path below the folder, given with slashes.</summary>
    public static string PathOf(string relative) => Path.Combine([Root, .. relative.Split('/')]);
}
