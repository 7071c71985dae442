using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Xunit;

namespace ModelGen.PackageTests;

/// <summary>Models whose weights are too many for C# source: they become a resource of the assembly.</summary>
[Collection(PackedCollection.Name)]
public sealed class LargeModelTests(PackedPackages packages)
{
    private const int Width = 400;

    [Theory]
    [InlineData("modern")]
    [InlineData("portable")]
    public void Weights_become_a_resource_that_is_read_in_place_and_follow_the_model(string profile)
    {
        ConsumerProject project = CreateProject($"<ModelGenModel Include=\"Models/Large.onnx\" Profile=\"{profile}\" />");
        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), LargeModel.Create(Width));
        AssertRuns(project, seed: 0, "resources 1");
        Assert.True(new FileInfo(project.Times("Large.*.weights").Keys.Single()).Length > Width * Width * sizeof(float));
        Assert.True(new FileInfo(project.Times("App.Large.g.cs").Keys.Single()).Length < Width * Width);

        // Nothing changed: nothing is written or compiled.
        IEnumerable<DateTime> Times() => [.. project.Times("*.weights").Values, .. project.Times("App.dll").Values];
        IEnumerable<DateTime> before = Times();
        project.Build("--no-restore", "-c", "Release");
        Assert.Equal(before, Times());

        File.SetLastWriteTimeUtc(project.PathOf("Models/Large.onnx"), DateTime.UtcNow);
        project.Build("--no-restore", "-c", "Release");
        Assert.Equal(before, Times());

        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), LargeModel.Create(Width, seed: 5));
        AssertRuns(project, seed: 5, "resources 1");

        // Few weights are source again, and no resource is left behind.
        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), LargeModel.Create(100, seed: 3));
        AssertRuns(project, seed: 3, "resources 0", width: 100);
    }

    [Fact]
    public void Several_large_models_have_a_resource_each_whatever_their_names()
    {
        ConsumerProject project = CreateProject("<ModelGenModel Include=\"Models/*.onnx\" /><ModelGenModel Update=\"Models/my model.de.onnx\" ClassName=\"Other\" />",
            frameworks: "<TargetFrameworks>net10.0;net8.0</TargetFrameworks>");
        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), LargeModel.Create(Width));
        File.WriteAllBytes(project.PathOf("Models/my model.de.onnx"), LargeModel.Create(Width, seed: 4));
        project.Build("-c", "Release");
        string output = DotNet.RunGood(project.Folder, "run", "-c", "Release", "-f", "net10.0", "--no-build").Trim().ReplaceLineEndings("\n");
        Assert.Equal(Expected(0, "resources 2", Width), output);
    }

    [Fact]
    public void Weights_of_another_build_are_an_error()
    {
        ConsumerProject project = CreateProject("<ModelGenModel Include=\"Models/Large.onnx\" />");
        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), LargeModel.Create(Width));
        project.Build();
        string manifest = project.Times("Large.*.modelgen").Keys.Single();
        File.WriteAllText(manifest, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(manifest), "WeightsFingerprint=.*", "WeightsFingerprint=0123"));
        string error = Assert.Single(project.BuildForErrors());
        Assert.Matches(@"Large\.onnx\(1,1\): error MG0013: .*docs/diagnostics\.md#mg0013", error);
    }

    [Fact]
    public void Language_version_below_that_of_the_framework_takes_the_portable_profile_for_code_and_weights()
    {
        ConsumerProject project = CreateProject("<ModelGenModel Include=\"Models/Large.onnx\" />",
            "<LangVersion>10</LangVersion><TreatWarningsAsErrors>false</TreatWarningsAsErrors>");
        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), LargeModel.Create(Width));
        AssertRuns(project, seed: 0, "resources 1");
        // As only that profile has them.
        Assert.Contains("FloatTables", File.ReadAllText(project.Times("App.Large.g.cs").Keys.Single()));
    }

    [Fact]
    public void Damaged_large_model_gives_one_error_and_leaves_no_weights()
    {
        ConsumerProject project = CreateProject("<ModelGenModel Include=\"Models/Large.onnx\" />");
        byte[] model = LargeModel.Create(Width);
        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), model[..(model.Length / 2)]);
        string error = Assert.Single(project.BuildForErrors(restore: true));
        Assert.Matches(@"Large\.onnx\(1,1\): error MG0002: ", error);
        Assert.Empty(Directory.EnumerateFiles(project.PathOf("obj"), "*.weights*", SearchOption.AllDirectories));
    }

    [LinuxX64Fact]
    public void Native_executable_reads_its_weights_in_place()
    {
        ConsumerProject project = CreateProject("<ModelGenModel Include=\"Models/Large.onnx\" />", "<PublishAot>true</PublishAot>");
        File.WriteAllBytes(project.PathOf("Models/Large.onnx"), LargeModel.Create(Width));
        DotNet.RunGood(project.Folder, "publish", "-c", "Release", "-r", "linux-x64", "-o", "published", "-v", "q");
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(project.PathOf("published/App")) { RedirectStandardOutput = true })!;
        string printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(Expected(0, "resources 1", Width), printed.Trim().ReplaceLineEndings("\n"));
    }

    private ConsumerProject CreateProject(string item, string properties = "", string frameworks = "<TargetFramework>net10.0</TargetFramework>") =>
        packages.CreateProject("App")
        .WithProjectFile(
            frameworks + "<OutputType>Exe</OutputType><EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>" + properties, item)
        .Write("Models/.keep", "")
        .Write("Program.cs", """
            using System;
            using System.Globalization;

            var model = new App.Large();
            var input = new float[App.Large.Info.Inputs[0].Shape[1]];
            var output = new float[App.Large.Info.Outputs[0].Shape[1]];
            for (int i = 0; i < input.Length; i++) input[i] = i % 4;
            model.Run(input, output);
            Console.WriteLine("resources " + typeof(App.Large).Assembly.GetManifestResourceNames().Length);
            foreach (int i in new[] { 0, 1, output.Length - 1 }) Console.WriteLine(output[i].ToString(CultureInfo.InvariantCulture));
            """);

    private static void AssertRuns(ConsumerProject project, int seed, string resources, int width = Width) =>
        Assert.Equal(Expected(seed, resources, width), DotNet.RunGood(project.Folder, "run", "-c", "Release").Trim().ReplaceLineEndings("\n"));

    private static string Expected(int seed, string resources, int width) => string.Join('\n',
        ((int[])[0, 1, width - 1])
            .Select(column => Enumerable.Range(0, width).Sum(row => LargeModel.Weight(row, column, seed) * (row % 4)))
            .Select(value => value.ToString(CultureInfo.InvariantCulture)).Prepend(resources));
}
