using System;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using ModelGen.Benchmarks.Build;
using ModelGen.Benchmarks.Peers;
using ModelGen.Benchmarks.Sparsity;
using ModelGen.Benchmarks.Start;
using ModelGen.Benchmarks.Statistics;
using ModelGen.Compiler;
using ModelGen.Compression;
using ModelGen.Tool;
using ModelGen.Tool.Output;

namespace ModelGen.Benchmarks;

internal static class Program
{
    private const string PeersSwitch = "--peers", StartSwitch = "--start", BuildSwitch = "--build", SparsitySwitch = "--sparsity", StatisticsSwitch = "--statistics";

    // `--peers`, which may be left out, compares whole networks with ONNX Runtime, `--start` executables; `--build` measures
    // builds, `--sparsity` what zeros are worth, `--statistics` networks with BenchmarkDotNet.
    private static int Main(string[] arguments)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var terminal = new Terminal(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
        try
        {
            Command command = arguments.Contains(StartSwitch) ? StartCommand.Create(terminal)
                : arguments.Contains(BuildSwitch) ? BuildCommand.Create(terminal)
                : arguments.Contains(StatisticsSwitch) ? StatisticsCommand.Create()
                : arguments.Contains(SparsitySwitch) ? SparsityCommand.Create(terminal) : PeersCommand.Create(terminal);
            ParseResult parsed = command.Parse(arguments.Where(argument => argument is not (PeersSwitch or StartSwitch or BuildSwitch or SparsitySwitch or StatisticsSwitch)).ToArray());
            if (parsed.Errors.Count == 0) return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            terminal.Fail(parsed.Errors[0].Message);
        }
        catch (Exception e) when (e is PeerException or ToolException or CompressionException or ModelException)
        {
            terminal.Fail(e.Message);
        }

        return ToolApplication.BadInput;
    }
}
