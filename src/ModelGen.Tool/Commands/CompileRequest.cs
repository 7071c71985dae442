using System;
using System.Diagnostics;
using System.Threading;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Tool.Execution;
using ModelGen.Tool.Output;

namespace ModelGen.Tool.Commands;

/// <summary>A model file and how to compile it.</summary>
/// <param name="Path">Path of the model as the user wrote it.</param>
/// <param name="Options">Compiler options.</param>
internal sealed record CompileRequest(string Path, CompileOptions Options)
{
    /// <summary>Compiles the model to C#.</summary>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <exception cref="ToolException">The file is missing or the model cannot be compiled.</exception>
    public TimedModel Compile(CancellationToken cancellationToken = default)
    {
        byte[] file = InputFile.ReadAllBytes(Path, Options.MaximumModelBytes);
        long start = Stopwatch.GetTimestamp();
        try
        {
            CompiledModel model = ModelCompiler.Compile(file, System.IO.Path.GetFileName(Path), Options, cancellationToken);
            return new TimedModel(model, Stopwatch.GetElapsedTime(start));
        }
        catch (ModelException e)
        {
            throw new ToolException($"{Path}: error {e.Id}: {e.Message}", e);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new ToolException($"{Path}: the compiler failed, which is a fault of ModelGen: {e.GetType().Name}: {e.Message}", e);
        }
    }

    /// <summary>Compiles the model and loads it into this process.</summary>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <exception cref="ToolException">The file is missing or the model cannot be compiled.</exception>
    public LoadedModel Load(CancellationToken cancellationToken = default)
        => ModelLoader.Load(Compile(cancellationToken).Model, Path, cancellationToken);
}
