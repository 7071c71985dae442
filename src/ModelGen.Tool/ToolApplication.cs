using System;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ModelGen.Compression;
using ModelGen.Tool.Commands;
using ModelGen.Tool.Output;

namespace ModelGen.Tool;

/// <summary>The command line: parses, runs a command and turns every failure into one line and an exit code.</summary>
internal static class ToolApplication
{
    /// <summary>Everything went well.</summary>
    public const int Success = 0;

    /// <summary>A check that was asked for failed.</summary>
    public const int CheckFailed = 1;

    /// <summary>The arguments or the files are not usable.</summary>
    public const int BadInput = 2;

    /// <summary>Runs the tool.</summary>
    /// <param name="arguments">Command-line arguments.</param>
    /// <param name="terminal">Where to write.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, Terminal terminal)
    {
        try
        {
            // A RootCommand would be named after the assembly; people type the name of the tool.
            Command root = new("modelgen",
                "Turns neural-network models into C#: inspects, emits, runs, verifies, measures and compresses them.")
            {
                InspectCommand.Create(terminal),
                EmitCommand.Create(terminal),
                RunCommand.Create(terminal),
                VerifyCommand.Create(terminal),
                BenchCommand.Create(terminal),
                CompressCommand.Create(terminal),
            };
            root.Options.Add(new HelpOption());
            root.Options.Add(new VersionOption());
            ParseResult result = root.Parse(arguments);
            if (result.Errors.Count > 0)
            {
                // An unknown word also makes other things seem to be missing; it is the one to name.
                string reason = result.UnmatchedTokens.Count > 0
                    ? $"'{result.UnmatchedTokens[0]}' is not known here." : result.Errors[0].Message;
                terminal.Fail($"{reason} (modelgen {CommandPath(result)}--help lists what there is)");
                return BadInput;
            }

            // Only the asynchronous way tells commands of Ctrl-C.
            return result.InvokeAsync(new InvocationConfiguration
            {
                ProcessTerminationTimeout = TimeSpan.FromSeconds(10),
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            }).GetAwaiter().GetResult();
        }
        catch (ToolException e)
        {
            terminal.Fail(e.Message);
        }
        catch (CompressionException e)
        {
            terminal.Fail(e.Message);
        }
        catch (OperationCanceledException)
        {
            terminal.Fail("stopped");
        }
        catch (OutOfMemoryException)
        {
            terminal.Fail("the model or its tensors need more memory than there is");
        }
        catch (Exception e)
        {
            terminal.Fail($"internal error, please report it: {e.GetType().Name}: {e.Message}");
        }
        return BadInput;
    }

    private static string CommandPath(ParseResult result)
        => result.CommandResult.Parent is CommandResult ? result.CommandResult.Command.Name + " " : "";
}
