using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using Xunit;

namespace ModelGen.PackageTests;

/// <summary>What is in the packages, and what their assemblies ask of the compiler that loads them.</summary>
[Collection(PackedCollection.Name)]
public sealed class PackageContentTests(PackedPackages packages)
{
    // What a compiler of the floor (Roslyn 4.8; Visual Studio 17.8 on .NET Framework) supplies. An assembly that asks for more cannot be
    // loaded there, and one that brings its own copy breaks other generators.
    private static readonly Dictionary<string, Version> Supplied = new()
    {
        ["netstandard"] = new Version(2, 0, 0, 0),
        ["Microsoft.CodeAnalysis"] = new Version(4, 8, 0, 0),
        ["Microsoft.CodeAnalysis.CSharp"] = new Version(4, 8, 0, 0),
        ["System.Buffers"] = new Version(4, 0, 3, 0),
        ["System.Collections.Immutable"] = new Version(7, 0, 0, 0),
        ["System.Memory"] = new Version(4, 0, 1, 2),
        ["System.Numerics.Vectors"] = new Version(4, 1, 4, 0),
        ["System.Reflection.Metadata"] = new Version(7, 0, 0, 0),
        ["System.Runtime.CompilerServices.Unsafe"] = new Version(6, 0, 0, 0),
        ["Google.Protobuf"] = new Version(3, 25, 1, 0),
    };

    [Fact]
    public void Generator_package_has_exactly_these_files()
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PackagePath("ModelGen"));
        Assert.Equal(
            [
                "README.md", "analyzers/dotnet/cs/Google.Protobuf.dll", "analyzers/dotnet/cs/ModelGen.dll", "build/ModelGen.props",
                "build/ModelGen.targets", "tasks/netstandard2.0/Google.Protobuf.dll", "tasks/netstandard2.0/ModelGen.Build.dll",
                "tasks/netstandard2.0/ModelGen.dll",
            ],
            FilesOf(package));
    }

    [Fact]
    public void Runtime_package_has_a_documented_library_for_each_framework()
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PackagePath("ModelGen.Runtime"));
        IEnumerable<string> libraries = ((string[])["net10.0", "net8.0", "netstandard2.1"])
            .SelectMany(framework => (string[])[$"lib/{framework}/ModelGen.Runtime.dll", $"lib/{framework}/ModelGen.Runtime.xml"]);
        Assert.Equal(["README.md", .. libraries], FilesOf(package));
    }

    [Fact]
    public void Generator_package_depends_on_the_runtime_package_of_its_version_only()
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PackagePath("ModelGen"));
        using var reader = new StreamReader(package.GetEntry("ModelGen.nuspec")!.Open());
        string nuspec = reader.ReadToEnd();
        Assert.Equal(1, nuspec.Split("<dependency ").Length - 1);
        Assert.Contains($"<dependency id=\"ModelGen.Runtime\" version=\"{PackedPackages.Version}\" />", nuspec);
        Assert.Contains("<license type=\"expression\">MIT</license>", nuspec);
        Assert.Contains("<readme>README.md</readme>", nuspec);
    }

    [Theory]
    [InlineData("ModelGen.dll")]
    [InlineData("Google.Protobuf.dll")]
    public void Analyzer_asks_for_nothing_that_the_oldest_compiler_lacks(string file)
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PackagePath("ModelGen"));
        using var assembly = new PEReader(new MemoryStream(Read(package, "analyzers/dotnet/cs/" + file)));
        MetadataReader metadata = assembly.GetMetadataReader();
        AssemblyReference[] references = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).ToArray();
        Assert.NotEmpty(references);
        foreach (AssemblyReference reference in references)
        {
            string name = metadata.GetString(reference.Name);
            Assert.True(Supplied.TryGetValue(name, out Version? supplied), $"{file} references {name}");
            Assert.True(reference.Version <= supplied, $"{file} references {name} {reference.Version}, the oldest compiler has {supplied}");
        }
    }

    [Theory]
    [InlineData("ModelGen", "analyzers/dotnet/cs/ModelGen.dll")]
    [InlineData("ModelGen", "tasks/netstandard2.0/ModelGen.Build.dll")]
    [InlineData("ModelGen.Runtime", "lib/net10.0/ModelGen.Runtime.dll")]
    public void Assembly_names_no_folder_of_the_machine_that_built_it(string id, string entry)
    {
        using ZipArchive package = ZipFile.OpenRead(packages.PackagePath(id));
        byte[] bytes = Read(package, entry);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(PackedPackages.RepositoryRoot)));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(PackedPackages.RepositoryRoot)));
    }

    // Without what every package has by its format.
    private static IEnumerable<string> FilesOf(ZipArchive package) => package.Entries
        .Select(entry => entry.FullName)
        .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal)
            && name != "[Content_Types].xml" && !name.EndsWith(".nuspec", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static byte[] Read(ZipArchive package, string entry)
    {
        using Stream stream = package.GetEntry(entry)!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
