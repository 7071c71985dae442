using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;

namespace ModelGen.Compression.Execution;

/// <summary>A graph made in memory, compiled by our own emitter and loaded into this process.</summary>
internal sealed class CompiledGraph : IDisposable
{
    private readonly LoadedModel _loaded;
    private readonly Type _type;

    private CompiledGraph(LoadedModel loaded)
    {
        _loaded = loaded;
        _type = loaded.Model.GetType();
        Inputs = Positions(loaded.Model.Info.Inputs.ToArray());
        Outputs = Positions(loaded.Model.Info.Outputs.ToArray());
    }

    /// <summary>Inputs by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Inputs { get; }

    /// <summary>Outputs by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Outputs { get; }

    /// <summary>Facts about the compiled class.</summary>
    public ModelInfo Info => _loaded.Model.Info;

    /// <summary>Compiles a graph.</summary>
    /// <param name="graph">The graph; all inputs and outputs are float32.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <param name="profile">Profile of the emitted code.</param>
    public static CompiledGraph Compile(ModelGraph graph, string name, Profile profile = Profile.Modern)
    {
        var options = new CompileOptions { Namespace = "ModelGen.InProcess", ClassName = "CompiledGraph", Profile = profile };
        return new CompiledGraph(ModelLoader.Load(ModelCompiler.Compile(graph, name, options), name));
    }

    /// <summary>Makes an instance with memory of its own; each thread needs one.</summary>
    public GraphInstance CreateInstance() => new((IModel)Activator.CreateInstance(_type)!, this);

    /// <inheritdoc/>
    public void Dispose() => _loaded.Dispose();

    private static Dictionary<string, TensorInfo> Positions(TensorInfo[] tensors) =>
        tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
}
