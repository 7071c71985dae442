using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace ModelGen.PackageTests;

/// <summary>Fresh projects that reference the package.</summary>
[Collection(PackedCollection.Name)]
public sealed class ConsumerTests(PackedPackages packages)
{
    private const string LibraryProperties = """
        <TargetFrameworks>net8.0;netstandard2.1</TargetFrameworks>
        <GenerateDocumentationFile>true</GenerateDocumentationFile>
        <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
        """;

    private const string LibraryItems = """
        <ModelGenModel Include="Models/*.onnx" Accessibility="public" Labels="labels.txt" />
        """;

    [Fact]
    public void Console_application_recognizes_digits_with_two_models()
    {
        ConsumerProject project = packages.CreateProject("App")
            .WithProjectFile(
                "<TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>",
                """
                <ModelGenModel Include="Models/DigitsFloat.onnx" />
                <ModelGenModel Include="Models/DigitsSmall.onnx" Namespace="Other.Place" ClassName="Sparse" Labels="zero;one;two;three;four;five;six;seven;eight;nine" />
                """)
            .CopyModel("DigitsFloat.onnx", "Models/DigitsFloat.onnx")
            .CopyModel("DigitsSmall.onnx", "Models/DigitsSmall.onnx")
            .Write("Program.cs", """
                using System;
                using System.Globalization;
                using System.IO;

                var dense = new App.DigitsFloat();
                var sparse = new Other.Place.Sparse();
                Console.WriteLine("float " + Count(dense.Run));
                Console.WriteLine("sparse " + Count(sparse.Run));
                Console.WriteLine(Other.Place.Sparse.Info.Labels[7] + " " + App.DigitsFloat.Info.Name);

                int Count(RunModel run)
                {
                    int correct = 0;
                    var input = new float[64];
                    var output = new float[10];
                    foreach (string line in File.ReadAllLines(args[0]))
                    {
                        string[] cells = line.Split(',');
                        for (int i = 0; i < 64; i++) input[i] = float.Parse(cells[i + 1], CultureInfo.InvariantCulture) / 16;
                        run(input, output);
                        int best = 0;
                        for (int i = 1; i < 10; i++) best = output[i] > output[best] ? i : best;
                        if (best == int.Parse(cells[0], CultureInfo.InvariantCulture)) correct++;
                    }

                    return correct;
                }

                delegate void RunModel(ReadOnlySpan<float> input, Span<float> output);
                """);

        string digits = Path.Combine(PackedPackages.RepositoryRoot, "samples", "QuickStart", "Data", "digits-test.csv");
        string output = DotNet.RunGood(project.Folder, "run", "-c", "Release", "--", digits);

        string[] lines = output.Split('\n').Select(line => line.Trim()).ToArray();
        Assert.True(CountIn(lines, "float ") >= 340, output);
        Assert.True(CountIn(lines, "sparse ") >= 340, output);
        Assert.Contains("seven DigitsFloat.onnx", lines);
        Assert.False(File.Exists(Path.Combine(project.Folder, "bin", "Release", "net10.0", "Google.Protobuf.dll")));
    }

    [Fact]
    public void Libraries_build_clean_for_both_profiles_and_emit_the_same_code_in_every_folder()
    {
        string[] texts = new string[2];
        for (int i = 0; i < 2; i++)
        {
            ConsumerProject project = packages.CreateProject("DigitLibrary")
                .WithProjectFile(LibraryProperties, LibraryItems)
                .Write("labels.txt", string.Join('\n', Enumerable.Range(0, 10)))
                .Write("Use.cs", """
                    namespace DigitLibrary
                    {
                        /// <summary>Names the class in a public signature.</summary>
                        public static class Use
                        {
                            /// <summary>Makes one.</summary>
                            /// <returns>A model.</returns>
                            public static ModelGen.IModel Create() => new DigitsInt8();
                        }
                    }
                    """)
                .CopyModel("DigitsFloat.onnx", "Models/DigitsFloat.onnx")
                .CopyModel("DigitsInt8.onnx", "Models/DigitsInt8.onnx")
                .CopyModel("DigitsSmall.onnx", "Models/DigitsSmall.onnx");
            project.Build();
            texts[i] = EmittedText(project);
            Assert.DoesNotContain(project.Folder, texts[i]);
        }

        Assert.Equal(texts[0], texts[1]);
    }

    private static int CountIn(string[] lines, string start)
        => int.Parse(lines.Single(line => line.StartsWith(start, System.StringComparison.Ordinal))[start.Length..],
            System.Globalization.CultureInfo.InvariantCulture);

    // Three models in two frameworks, each under its path in obj.
    private static string EmittedText(ConsumerProject project)
    {
        string obj = project.PathOf("obj");
        List<string> files = Directory.EnumerateFiles(obj, "DigitLibrary.*.g.cs", SearchOption.AllDirectories)
            .Where(file => file.Contains("ModelGen.Generator.ModelGenerator", System.StringComparison.Ordinal))
            .Order(System.StringComparer.Ordinal)
            .ToList();
        Assert.Equal(6, files.Count);
        return string.Join('\n', files.Select(file => Path.GetRelativePath(obj, file) + "\n" + File.ReadAllText(file)));
    }
}
