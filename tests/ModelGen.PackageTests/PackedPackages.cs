using System;
using System.IO;

namespace ModelGen.PackageTests;

/// <summary>
/// Packs both packages once, into a folder of their own with a NuGet configuration that looks there first. Packages restored from it never
/// reach the user's cache; what the cache already has (reference assemblies) is used.
/// </summary>
public sealed class PackedPackages : IDisposable
{
    /// <summary>Version of the packages: none that anybody publishes.</summary>
    public const string Version = "0.0.1-packagetest";

    private readonly string _root = Directory.CreateTempSubdirectory("modelgen-packages").FullName;

    /// <summary>Packs.</summary>
    public PackedPackages()
    {
        try
        {
            Pack();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Folder of the repository.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>Folder of the packed packages.</summary>
    public string Feed => Path.Combine(_root, "feed");

    /// <summary>Path of a packed package.</summary>
    /// <param name="id">Package id.</param>
    /// <returns>The .nupkg file.</returns>
    public string PackagePath(string id) => Path.Combine(Feed, $"{id}.{Version}.nupkg");

    /// <summary>A folder for a project that can use the packages.</summary>
    /// <param name="name">Name of the project.</param>
    /// <returns>The project, without files.</returns>
    public ConsumerProject CreateProject(string name) =>
        new(Directory.CreateDirectory(Path.Combine(_root, Path.GetRandomFileName(), name)).FullName, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, true);

    private void Pack()
    {
        string ordinary = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(ordinary);
        File.WriteAllText(Path.Combine(_root, "nuget.config"), $"""
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="packages" />
              </config>
              <fallbackPackageFolders>
                <add key="ordinary" value="{ordinary}" />
              </fallbackPackageFolders>
              <packageSources>
                <add key="packed" value="feed" />
              </packageSources>
            </configuration>
            """);
        foreach (string project in (string[])["ModelGen.Runtime", "ModelGen.Build"])
        {
            // Artifacts elsewhere: another version must not get into the repository's own output folders.
            DotNet.RunGood(RepositoryRoot, "pack", $"src/{project}", "-c", "Release", "-o", Feed, "--artifacts-path",
                Path.Combine(_root, "artifacts"),
                $"-p:Version={Version}", "-v", "q");
        }
    }

    private static string FindRepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ModelGen.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("ModelGen.sln");
        return folder;
    }
}
