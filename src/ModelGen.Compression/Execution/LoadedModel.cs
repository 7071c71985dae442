using System;
using System.Runtime.Loader;

namespace ModelGen.Compression.Execution;

/// <summary>A compiled model that lives in this process until it is disposed of.</summary>
internal sealed class LoadedModel : IDisposable
{
    private readonly AssemblyLoadContext _context;

    /// <summary>Takes over a load context and the model in it.</summary>
    /// <param name="model">Instance of the emitted class.</param>
    /// <param name="context">Collectible context of its assembly.</param>
    /// <param name="code">What was loaded.</param>
    public LoadedModel(IModel model, AssemblyLoadContext context, CompiledAssembly code)
    {
        Model = model;
        _context = context;
        Code = code;
    }

    /// <summary>The model.</summary>
    public IModel Model { get; }

    /// <summary>Size of the assembly and how long it took to make.</summary>
    public CompiledAssembly Code { get; }

    /// <summary>Lets the runtime free the code once nothing refers to the model.</summary>
    public void Dispose() => _context.Unload();
}
