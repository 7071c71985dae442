using System;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using ModelGen.Benchmarks.Peers;
using ModelGen.Compiler;
using ModelGen.Compression;
using ModelGen.Tool;
using ModelGen.Tool.Output;

namespace ModelGen.Benchmarks;

internal static class Program
{
    private const string PeersSwitch = "--peers";

    // `--peers` compares whole networks with ONNX Runtime; there is nothing else yet, so it may be left out.
    private static int Main(string[] arguments)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var terminal = new Terminal(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);
        try
        {
            Command command = PeersCommand.Create(terminal);
            ParseResult parsed = command.Parse(arguments.Where(argument => argument != PeersSwitch).ToArray());
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
