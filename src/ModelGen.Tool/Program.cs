using System;
using System.Globalization;
using ModelGen.Tool.Output;

namespace ModelGen.Tool;

internal static class Program
{
    private static int Main(string[] args)
    {
        // Numbers look the same on every machine, also in libraries that format with the current culture.
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        return ToolApplication.Run(args, new Terminal(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected));
    }
}
