using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace ModelGen.PackageTests;

/// <summary>What a build does again after which change, told by the times of the files it writes.</summary>
[Collection(PackedCollection.Name)]
public sealed class IncrementalBuildTests(PackedPackages packages)
{
    [Fact]
    public void Builds_do_only_what_a_change_asks_for()
    {
        ConsumerProject project = CreateProject("<ModelGenModel Include=\"Models/Digits.onnx\" />");
        string model = project.PathOf("Models/Digits.onnx");
        project.Build();
        var state = new BuildState(project);

        project.Build("--no-restore");
        state.AssertAfter(project, "a build without changes", compiled: false, manifestWritten: false, hashed: false);

        File.SetLastWriteTimeUtc(model, DateTime.UtcNow);
        project.Build("--no-restore");
        state.AssertAfter(project, "touching the model", compiled: false, manifestWritten: false, hashed: true);
        project.Build("--no-restore");
        state.AssertAfter(project, "a build after touching the model", compiled: false, manifestWritten: false, hashed: false);

        project.Write("Other.cs", "internal static class Other { }\n");
        project.Build("--no-restore");
        state.AssertAfter(project, "editing another file", compiled: true, manifestWritten: false, hashed: false);

        // Older than every output: restored from a backup, or moved here.
        project.CopyModel("DigitsInt8.onnx", "Models/Digits.onnx");
        File.SetLastWriteTimeUtc(model, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        project.Build("--no-restore");
        state.AssertAfter(project, "replacing the model by an older file", compiled: true, manifestWritten: true, hashed: true);

        project.WithProjectFile(Properties, "<ModelGenModel Include=\"Models/Digits.onnx\" Optimize=\"size\" />");
        project.Build("--no-restore");
        state.AssertAfter(project, "changing an option", compiled: true, manifestWritten: true, hashed: true);
    }

    [Fact]
    public void Damaged_and_deleted_models_give_one_error_each()
    {
        ConsumerProject project = CreateProject("<ModelGenModel Include=\"Models/Digits.onnx\" />");
        project.Build();
        string model = project.PathOf("Models/Digits.onnx");
        byte[] bytes = File.ReadAllBytes(model);

        File.WriteAllBytes(model, bytes[..(bytes.Length / 2)]);
        string error = Assert.Single(project.BuildForErrors());
        Assert.Matches(@"Digits\.onnx\(1,1\): error MG0002: .*docs/diagnostics\.md#mg0002", error);

        File.Delete(model);
        error = Assert.Single(project.BuildForErrors());
        Assert.Matches(@"App\.csproj : error MG0001: Model ""Models/Digits\.onnx"" is missing", error);

        // The IDE's build goes on, so that the rest of the project keeps its completion; the generator reports the model there.
        string items = DotNet.RunGood(project.Folder, "build", "--no-restore", "-t:Compile", "-p:DesignTimeBuild=true",
            "-p:SkipCompilerExecution=true",
            "-p:ProvideCommandLineArgs=true", "-getItem:AdditionalFiles");
        string manifest = Regex.Match(items, "\"FullPath\": \"([^\"]+\\.modelgen)\"").Groups[1].Value;
        Assert.DoesNotContain("Sha256=", File.ReadAllText(manifest));

        File.WriteAllBytes(model, bytes);
        project.Build("--no-restore");
    }

    [Fact]
    public void Default_items_come_and_go_with_their_files()
    {
        ConsumerProject project = CreateProject("", "<EnableDefaultModelGenItems>true</EnableDefaultModelGenItems>")
            .CopyModel("DigitsFloat.onnx", "Models/deeper/Digits.onnx")
            .Write("Program.cs", "System.Console.WriteLine(typeof(App.Digits).Assembly.GetTypes().Length);\n");
        string error = Assert.Single(project.BuildForErrors(restore: true));
        Assert.Contains("error MG0011", error);

        File.Move(project.PathOf("Models/deeper/Digits.onnx"), project.PathOf("Models/deeper/Second.onnx"));
        project.Build("--no-restore");
        Assert.Equal(2, project.Times("*.modelgen").Count);
        DateTime before = project.Times("App.dll").Values.Max();

        File.Delete(project.PathOf("Models/deeper/Second.onnx"));
        project.Build("--no-restore");
        Assert.Single(project.Times("*.modelgen"));
        Assert.NotEqual(before, project.Times("App.dll").Values.Max());
    }

    private const string Properties = "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>";

    private ConsumerProject CreateProject(string items, string properties = "") => packages.CreateProject("App")
        .WithProjectFile(Properties + properties, items)
        .CopyModel("DigitsFloat.onnx", "Models/Digits.onnx")
        .Write("Program.cs", """
            using App;

            var holder = new Holder();
            holder.Model.Run(new float[64], new float[10]);

            internal sealed class Holder
            {
                public Digits Model { get; } = new Digits();
            }
            """);

    // Times of the three kinds of files: the assembly (the compiler ran), the manifest (its text changed), the stamp (models were hashed).
    private sealed class BuildState(ConsumerProject project)
    {
        private DateTime[] _times = Read(project);

        public void AssertAfter(ConsumerProject project, string change, bool compiled, bool manifestWritten, bool hashed)
        {
            DateTime[] times = Read(project);
            bool[] actual = times.Zip(_times, (now, before) => now != before).ToArray();
            Assert.True(
                actual.SequenceEqual([compiled, manifestWritten, hashed]),
                $"After {change}: compiled {actual[0]}, manifest written {actual[1]}, hashed {actual[2]}");
            _times = times;
        }

        private static DateTime[] Read(ConsumerProject project)
            => [project.Times("App.dll").Values.Max(), project.Times("*.modelgen").Values.Single(),
                project.Times("*.stamp").Values.Single()];
    }
}
