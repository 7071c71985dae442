using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using ModelGen.Tests.Support;
using ModelGen.Tests.Tool;
using ModelGen.Tool;
using Xunit;

namespace ModelGen.Tests.Models;

/// <summary>
/// Integer models give the same bytes at every vector width and in both profiles. The width is chosen when a process starts, so the
/// sample's models run in a process for each.
/// </summary>
public class VectorWidthTests
{
    // Settings of the .NET runtime: 512, 256 and 128 bits, and no hardware vectors at all.
    private static readonly string[] Narrowing = ["", "DOTNET_EnableAVX512=0", "DOTNET_EnableAVX2=0", "DOTNET_EnableHWIntrinsic=0"];

    private static readonly string[][] MissingParts =
    [
        ["AvxVnni.IsSupported"],
        ["Avx512Vbmi.IsSupported", "Avx512Vbmi.VL.IsSupported"],
        ["Vector512.IsHardwareAccelerated", "Avx512Vbmi.VL.IsSupported", "AvxVnni.IsSupported"],
        ["Vector512.IsHardwareAccelerated", "Vector256.IsHardwareAccelerated", "AvxVnni.IsSupported"],
        ["Avx512Vbmi.IsSupported", "Avx512Vbmi.VL.IsSupported", "Avx512BW.IsSupported", "Avx512F.IsSupported", "AvxVnni.IsSupported", "Avx2.IsSupported", "Ssse3.IsSupported", "Sse2.IsSupported"],
    ];

    [Theory]
    [InlineData("DigitsInt8.onnx")]
    [InlineData("DigitsSmall.onnx")]
    public void SampleModelsGiveTheSameBytes(string name)
    {
        string repository = Repository.Root;
        byte[] model = File.ReadAllBytes(Path.Combine(repository, "samples", "QuickStart", "Models", name));
        float[] pixels = File.ReadLines(Path.Combine(repository, "samples", "QuickStart", "Data", "digits-test.csv")).Take(20)
            .SelectMany(line => line.Split(',').Skip(1)).Select(cell =>
                int.Parse(cell, System.Globalization.CultureInfo.InvariantCulture) / 16f).ToArray();
        using ToolSession session = new();
        Compare(session, session.Write(name, model), session.WriteFloats("x.npy", [20, 1, 1, 8, 8], pixels));
    }

    public static TheoryData<string> SharedCases() => SharedModels.Rows(SharedModels.Integer);

    /// <summary>
    /// Every quantized value inside the network, made an output, at every width. Here the width is chosen by answering the questions for it
    /// in the emitted code, which saves dozens of processes; the sample's models above run with the real settings.
    /// </summary>
    [SharedDataTheory]
    [MemberData(nameof(SharedCases))]
    public void SharedModelsGiveTheSameBytes(string file)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        ReferenceTensor input = found.Sample(found.Inputs, 0);
        string[] taps = ModelProto.Parser.ParseFrom(found.Model).Graph.Node.Where(n => n.OpType == "QuantizeLinear").Select(n =>
            n.Output[0]).ToArray();
        CompileOptions options = new() { Namespace = "Compiled", ExtraOutputs = new EquatableArray<string>(taps) };
        using CompiledTestModel whole = CompiledTestModel.Compile(found.Model, file, options);
        IReadOnlyDictionary<string, ReferenceTensor> expected = whole.Run(input);
        bool hasVectors = false, isNarrowed = false;
        foreach (string[] missing in MissingParts)
        {
            using CompiledTestModel narrow = CompiledTestModel.Compile(found.Model, file, options, source =>
            {
                string denied = Deny(source, missing);
                hasVectors |= source.Contains("Vector128<int>", StringComparison.Ordinal);
                isNarrowed |= denied != source;
                return denied;
            });
            IReadOnlyDictionary<string, ReferenceTensor> actual = narrow.Run(input);
            foreach (string name in expected.Keys)
            {
                string? difference = TensorComparison.Difference(actual[name], expected[name], rtol: 0, atol: 0);
                Assert.True(difference == null, $"{file} without {string.Join(", ", missing)}, '{name}': {difference}");
            }
        }

        // Code with vectors asks some of these questions; a network of sparse dot products has none.
        Assert.Equal(hasVectors, isNarrowed);
    }

    public static TheoryData<string> TiledCases() => SharedModels.Rows(QuantizedCases.TiledNames);

    /// <summary>Kernels that no shared model has in all their forms.</summary>
    [Theory]
    [MemberData(nameof(TiledCases))]
    public void TiledCasesGiveTheSameBytes(string name)
    {
        OperatorCase model = QuantizedCases.All[name]();
        byte[] file = model.Build().File;
        CompileOptions options = new() { Namespace = "Compiled", Optimize = Optimization.Speed };
        using CompiledTestModel whole = CompiledTestModel.Compile(file, "case.onnx", options);
        IReadOnlyDictionary<string, ReferenceTensor> expected = whole.Run([.. model.Inputs.Values]);
        foreach (string[] missing in MissingParts)
        {
            using CompiledTestModel narrow = CompiledTestModel.Compile(file, "case.onnx", options, source => Deny(source, missing));
            IReadOnlyDictionary<string, ReferenceTensor> actual = narrow.Run([.. model.Inputs.Values]);
            foreach (string output in model.Outputs) Assert.Equal(expected[output].Integers, actual[output].Integers);
        }
    }

    private static string Deny(string source, string[] questions)
    {
        foreach (string question in questions) source = source.Replace(question, "false", StringComparison.Ordinal);
        return source;
    }

    private static void Compare(ToolSession session, string model, string input)
    {
        byte[]? expected = null;
        foreach (string profile in new[] { "modern", "portable" })
        {
            // The portable profile has no vectors to narrow.
            foreach (string setting in profile == "modern" ? Narrowing : Narrowing[..1])
            {
                string output = session.PathOf("y.npz");
                RunTool(setting, ["run", model, "--input", input, "--output", output, "--profile", profile]);
                byte[] actual = Uncompressed(output);
                expected ??= actual;
                Assert.True(expected.AsSpan().SequenceEqual(actual),
                    $"{profile} with {(setting.Length > 0 ? setting : "all vectors")} differs");
            }
        }

        Assert.NotEmpty(expected!);
    }

    private static byte[] Uncompressed(string path)
    {
        using System.IO.Compression.ZipArchive archive = System.IO.Compression.ZipFile.OpenRead(path);
        using MemoryStream all = new();
        foreach (System.IO.Compression.ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            stream.CopyTo(all);
        }

        return all.ToArray();
    }

    private static void RunTool(string setting, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", typeof(ToolApplication).Assembly.Location,
            .. arguments])
        { RedirectStandardError = true, RedirectStandardOutput = true };
        if (setting.Length > 0) start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + error);
    }
}
