using System.Collections.Generic;
using ModelGen.Compiler;
using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>Everything the emitter needs: layers with kernels, tables, and the place of every value.</summary>
internal sealed record Plan
{
    public required ModelGraph Graph { get; init; }

    public required CompileOptions Options { get; init; }

    /// <summary>Layers in order.</summary>
    public required IReadOnlyList<Step> Steps { get; init; }

    /// <summary>Weights and tables.</summary>
    public required ConstantPool Constants { get; init; }

    /// <summary>Inputs as the network proper takes them: quantized ones where the caller's floats are quantized first.</summary>
    public required IReadOnlyList<Port> Inputs { get; init; }

    /// <summary>Outputs as the network proper gives them.</summary>
    public required IReadOnlyList<Port> Outputs { get; init; }

    /// <summary>Place of each value that is computed.</summary>
    public required IReadOnlyDictionary<Value, Location> Locations { get; init; }

    /// <summary>First byte of the scratch memory of each layer that has some.</summary>
    public required IReadOnlyDictionary<Step, int> Scratch { get; init; }

    /// <summary>First byte of what each layer keeps between runs, if it does.</summary>
    public required IReadOnlyDictionary<Step, int> Kept { get; init; }

    public required int WorkspaceBytes { get; init; }

    public required int WorkspaceLowerBound { get; init; }
}
