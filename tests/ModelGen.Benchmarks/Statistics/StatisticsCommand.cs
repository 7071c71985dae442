using System.CommandLine;
using System.IO;
using System.Linq;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ModelGen.Benchmarks.Peers;
using ModelGen.Tool;

namespace ModelGen.Benchmarks.Statistics;

/// <summary><c>--statistics</c>: networks under BenchmarkDotNet, in this process, because their code is compiled in it.</summary>
internal static class StatisticsCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var models = new Argument<string[]>("models") { Description = "Model files.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("statistics", "Measures networks with BenchmarkDotNet.") { models };
        command.SetAction(result =>
        {
            NetworkBenchmark.Files = result.GetRequiredValue(models);
            if (NetworkBenchmark.Files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
                throw new PeerException($"{missing}: there is no such file");
            ManualConfig config = ManualConfig.Create(DefaultConfig.Instance).WithOptions(ConfigOptions.DisableOptimizationsValidator)
                .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "ModelGen.Benchmarks"))
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
            return BenchmarkRunner.Run<NetworkBenchmark>(config).HasCriticalValidationErrors ? ToolApplication.BadInput : ToolApplication.Success;
        });
        return command;
    }
}
