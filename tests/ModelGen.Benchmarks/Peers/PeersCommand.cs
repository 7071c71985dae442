using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using ModelGen.Compiler;
using ModelGen.PackageTests;
using ModelGen.Tool;
using ModelGen.Tool.Output;

namespace ModelGen.Benchmarks.Peers;

/// <summary><c>--peers</c>: networks in ModelGen, in ONNX Runtime and in other engines, in turns in one process, on one core.</summary>
internal static class PeersCommand
{
    /// <summary>Where <c>npm ci --ignore-scripts --prefix tests/onnxruntime</c> puts the library.</summary>
    private const string DefaultLibrary = "tests/onnxruntime/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1";

    /// <summary>The option that names ONNX Runtime.</summary>
    public static Option<string> Library() => new("--onnxruntime")
    {
        Description = "Path of libonnxruntime.",
        DefaultValueFactory = _ => DefaultLibrary,
    };

    /// <summary>Makes the command.</summary>
    /// <param name="terminal">Where it writes.</param>
    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("models")
        {
            Description = "Model files, or OURS:THEIRS where the others run another file, such as the original of a compressed network.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string> library = Library();
        var xnnpack = new Option<bool>("--xnnpack") { Description = "Compares with XNNPACK too (Debian: libxnnpack-dev)." };
        var onnx2c = new Option<string?>("--onnx2c") { Description = "Path of onnx2c, to compare with C that it writes and gcc compiles." };
        var gcc = new Option<string>("--gcc") { Description = "Further options for gcc, between blanks.", DefaultValueFactory = _ => "" };
        var rounds = new Option<int>("--rounds") { Description = "Turns of each engine.", DefaultValueFactory = _ => 7 };
        var milliseconds = new Option<int>("--milliseconds") { Description = "How long a turn is.", DefaultValueFactory = _ => 150 };
        var optimize = new Option<Optimization>("--optimize")
        {
            Description = "What the planner weighs.",
            DefaultValueFactory = _ => Optimization.Speed,
        };
        var core = new Option<int?>("--core") { Description = "Keeps the process on this core." };
        var call = new Option<bool>("--call") { Description = "Also a network of one node, which is all call." };
        var json = new Option<bool>("--json") { Description = "Writes a document instead of a table." };
        var command = new Command("benchmarks", "Compares ModelGen with other engines.") { models, library, xnnpack, onnx2c, gcc, rounds, milliseconds, optimize, core, call, json };
        command.SetAction(result =>
        {
            if (result.GetValue(core) is { } pinned && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
                Process.GetCurrentProcess().ProcessorAffinity = (nint)1 << pinned;
            Onnx2cCompiler? c = result.GetValue(onnx2c) is not { } program ? null
                : !File.Exists(program) ? throw new PeerException($"{program}: there is no such file")
                : new Onnx2cCompiler(program, result.GetRequiredValue(gcc).Split(' ', StringSplitOptions.RemoveEmptyEntries));
            var comparison = new PeerComparison(
                new OnnxRuntimeLibrary(Path.GetFullPath(result.GetValue(library)!)),
                c, result.GetValue(xnnpack),
                new CompileOptions { Optimize = result.GetValue(optimize) },
                result.GetValue(rounds), TimeSpan.FromMilliseconds(result.GetValue(milliseconds)), terminal.Note);
            List<PeerRow> rows = [];
            foreach (string argument in result.GetValue(models) ?? [])
            {
                string[] paths = argument.Split(':');
                foreach (string path in paths)
                {
                    if (!File.Exists(path)) throw new PeerException($"{path}: there is no such file");
                }

                rows.Add(comparison.Compare(paths[0], paths[^1]));
            }

            if (result.GetValue(call)) rows.Add(CompareCall(comparison));
            if (rows.Count == 0) throw new PeerException("name a model, or ask for --call");
            if (result.GetValue(json)) JsonOutput.Write(terminal.Output, rows);
            else PeerTable.Write(terminal, rows);
            return ToolApplication.Success;
        });
        return command;
    }

    // One product of numbers: what is left is the call.
    private static PeerRow CompareCall(PeerComparison comparison)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("modelgen").FullName, "one_node.onnx");
        try
        {
            File.WriteAllBytes(path, LargeModel.Create(1));
            return comparison.Compare(path, path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, true);
        }
    }
}
