using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace ModelGen.PackageTests;

/// <summary>A project as a user would write it, in a folder of its own.</summary>
public sealed class ConsumerProject
{
    internal ConsumerProject(string folder, string name)
    {
        Folder = folder;
        Name = name;
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Its name and root namespace.</summary>
    public string Name { get; }

    /// <summary>Writes the project file.</summary>
    /// <param name="properties">Lines for its property group.</param>
    /// <param name="items">Lines for its item group.</param>
    /// <returns>This project.</returns>
    public ConsumerProject WithProjectFile(string properties, string items)
    {
        Write($"{Name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                {properties}
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <AnalysisLevel>latest-recommended</AnalysisLevel>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="ModelGen" Version="{PackedPackages.Version}" />
                {items}
              </ItemGroup>
            </Project>
            """);
        return this;
    }

    /// <summary>Writes a text file.</summary>
    /// <param name="path">Path in the folder.</param>
    /// <param name="text">Its text.</param>
    /// <returns>This project.</returns>
    public ConsumerProject Write(string path, string text)
    {
        string full = PathOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    /// <summary>Copies one of the QuickStart sample's models.</summary>
    /// <param name="model">File name there.</param>
    /// <param name="path">Path here.</param>
    /// <returns>This project.</returns>
    public ConsumerProject CopyModel(string model, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.Copy(Path.Combine(PackedPackages.RepositoryRoot, "samples", "QuickStart", "Models", model), PathOf(path), true);
        return this;
    }

    /// <summary>Full path of a file.</summary>
    /// <param name="path">Path in the folder.</param>
    /// <returns>The full path.</returns>
    public string PathOf(string path) => Path.Combine(Folder, path);

    /// <summary>Builds and expects success without warnings.</summary>
    /// <param name="arguments">Further arguments.</param>
    public void Build(params IEnumerable<string> arguments) => DotNet.RunGood(Folder, ["build", "-v", "q", .. arguments]);

    /// <summary>Builds and expects failure.</summary>
    /// <param name="restore">True for the first build of a project.</param>
    /// <returns>The errors.</returns>
    public string[] BuildForErrors(bool restore = false)
    {
        DotNetResult result = DotNet.Run(Folder, restore ? ["build", "-v", "q"] : ["build", "-v", "q", "--no-restore"]);
        Assert.NotEqual(0, result.ExitCode);
        return result.Errors;
    }

    /// <summary>When the files of a pattern in obj were last written, by name.</summary>
    /// <param name="pattern">For example <c>*.modelgen</c>.</param>
    /// <returns>File names and times; the build leaves no empty set.</returns>
    public SortedDictionary<string, DateTime> Times(string pattern)
    {
        var times = new SortedDictionary<string, DateTime>(
            Directory.EnumerateFiles(PathOf("obj"), pattern, SearchOption.AllDirectories).ToDictionary(file => file,
                File.GetLastWriteTimeUtc), StringComparer.Ordinal);
        Assert.NotEmpty(times);
        return times;
    }
}
