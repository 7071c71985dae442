using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Threading;
using ModelGen.Compiler;

namespace ModelGen.Compression.Execution;

/// <summary>Turns emitted C# into a running model inside this process.</summary>
internal static class ModelLoader
{
    /// <summary>Name of the resource of weights in assemblies that stay in memory: a value for <see cref="CompileOptions.WeightsResource"/>.</summary>
    public const string WeightsResource = "weights";

    /// <summary>Compiles what our compiler emitted, loads it and creates the model.</summary>
    /// <param name="model">The emitted code and its weights.</param>
    /// <param name="modelPath">The model it came from, for messages.</param>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <exception cref="CompressionException">The source does not compile or the model cannot be created.</exception>
    public static LoadedModel Load(CompiledModel model, string modelPath, CancellationToken cancellationToken = default)
        => Load(SourceCompiler.Compile(model.Source, model.Report.Profile, modelPath, model.Resource, cancellationToken), modelPath);

    /// <summary>Compiles a source file, loads it and creates the model.</summary>
    /// <param name="source">The emitted file; exactly one class in it implements <see cref="IModel"/>.</param>
    /// <param name="profile">Profile it was emitted for.</param>
    /// <param name="modelPath">The model it came from, for messages.</param>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <exception cref="CompressionException">The source does not compile or the model cannot be created.</exception>
    public static LoadedModel Load(string source, Profile profile, string modelPath, CancellationToken cancellationToken = default)
        => Load(SourceCompiler.Compile(source, profile, modelPath, cancellationToken: cancellationToken), modelPath);

    private static LoadedModel Load(CompiledAssembly code, string modelPath)
    {
        AssemblyLoadContext context = new("ModelGen: " + Path.GetFileName(modelPath), isCollectible: true);
        try
        {
            Assembly assembly = context.LoadFromStream(new MemoryStream(code.Image));
            Type type = assembly.GetTypes().Single(t => t.IsClass && typeof(IModel).IsAssignableFrom(t));
            return new LoadedModel((IModel)Activator.CreateInstance(type)!, context, code);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            context.Unload();
            string reason = (e.InnerException ?? e).Message;
            throw new CompressionException($"{modelPath}: the emitted class cannot be created, which is a fault of ModelGen: {reason}", e);
        }
    }
}
