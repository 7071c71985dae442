using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using ModelGen.Tool.Tensors;

namespace ModelGen.Compression.Tests.Support;

/// <summary>ONNX Runtime by way of Node.js: the npm package onnxruntime-node in tests/onnxruntime.</summary>
internal static class OnnxRuntime
{
    private const int TimeoutMilliseconds = 120_000;

    private static string Folder => Path.Combine(Repository.Root, "tests", "onnxruntime");

    /// <summary>Reason to skip a test, or null.</summary>
    public static string? SkipReason { get; } = FindReason();

    /// <summary>Runs a model of one input and one output on samples.</summary>
    /// <returns>The output for each sample.</returns>
    public static double[][] Run(byte[] model, ReferenceTensor[] samples)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("modelgen-ort-");
        try
        {
            string modelPath = Path.Combine(folder.FullName, "model.onnx"), input = Path.Combine(folder.FullName, "x.npy"),
                output = Path.Combine(folder.FullName, "y.npy");
            File.WriteAllBytes(modelPath, model);
            float[] values = samples.SelectMany(sample => sample.Floats).Select(value => (float)value).ToArray();
            using (FileStream stream = File.Create(input))
            {
                NpyWriter.Write(stream, new NumericTensor(TensorElementType.Float32, [samples.Length, .. samples[0].Dims[1..]],
                    MemoryMarshal.AsBytes<float>(values).ToArray()));
            }

            (int code, string errors) = Start("run.mjs", modelPath, input, output);
            if (code != 0) throw new InvalidOperationException($"ONNX Runtime failed: {errors}");
            NpyArray results = NpyArray.Load(output);
            return Enumerable.Range(0, samples.Length).Select(results.Sample).ToArray();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? FindReason()
    {
        const string Command = "apt-get install nodejs npm && npm ci --ignore-scripts --prefix tests/onnxruntime";
        try
        {
            if (Start("--version").Code != 0) return $"Node.js does not run: {Command}";
        }
        catch (Win32Exception)
        {
            return $"Node.js is not installed: {Command}";
        }

        return Directory.Exists(Path.Combine(Folder, "node_modules", "onnxruntime-node"))
            ? null : $"ONNX Runtime is not in {Folder}: {Command}";
    }

    private static (int Code, string Errors) Start(params string[] arguments)
    {
        ProcessStartInfo info = new("node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(info)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeoutMilliseconds))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"node {string.Join(' ', arguments)}");
        }

        return (process.ExitCode, errors.Result);
    }
}
