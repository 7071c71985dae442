using System;
using System.Collections.Generic;
using System.IO;
using BenchmarkDotNet.Attributes;
using ModelGen.Benchmarks.Peers;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;

namespace ModelGen.Benchmarks.Statistics;

/// <summary>A network under BenchmarkDotNet, which says how much its times vary and that a run allocates nothing.</summary>
[MemoryDiagnoser]
public class NetworkBenchmark : IDisposable
{
    private CompiledPeer? _peer;

    /// <summary>The files to measure.</summary>
    public static IReadOnlyList<string> Files { get; set; } = [];

    /// <summary>A model file.</summary>
    [ParamsSource(nameof(Files))]
    public string Model { get; set; } = "";

    /// <summary>What its kernels are chosen for.</summary>
    [Params(Optimization.Speed, Optimization.Balanced, Optimization.Size)]
    public Optimization Optimize { get; set; }

    /// <summary>Compiles the model and loads it.</summary>
    [GlobalSetup]
    public void Load()
    {
        CompiledModel compiled = ModelCompiler.Compile(
            File.ReadAllBytes(Model), Path.GetFileName(Model), new CompileOptions { Namespace = "Benchmarks", Optimize = Optimize });
        LoadedModel loaded = ModelLoader.Load(compiled, Model);
        _peer = new CompiledPeer(loaded, PeerComparison.Inputs(loaded.Model.Info));
    }

    /// <summary>One run.</summary>
    [Benchmark]
    public void Run() => _peer!.Run();

    /// <summary>Unloads the model.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _peer?.Dispose();
        GC.SuppressFinalize(this);
    }
}
