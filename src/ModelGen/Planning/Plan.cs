using System.Collections.Generic;
using ModelGen.Compiler;
using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>Where a value lives while the emitted code runs.</summary>
/// <param name="Kind">Kind of place.</param>
/// <param name="Index">Which input or output.</param>
/// <param name="Offset">First byte in the workspace.</param>
internal readonly record struct Location(LocationKind Kind, int Index, int Offset);

/// <summary>Kinds of places.</summary>
internal enum LocationKind
{
    /// <summary>The caller's input.</summary>
    Input,

    /// <summary>The caller's output.</summary>
    Output,

    /// <summary>The workspace.</summary>
    Workspace,
}

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

    public required int WorkspaceBytes { get; init; }

    public required int WorkspaceLowerBound { get; init; }
}

/// <summary>An input or output: what the caller sees and what the network proper computes with.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Identifier">Name in C#.</param>
/// <param name="Outer">The value as the caller sees it.</param>
/// <param name="Inner">The value inside: the same, or its quantized form.</param>
/// <param name="Conversion">The layer that converts between the two, or <see langword="null"/>.</param>
/// <param name="BufferOffset">Place in the workspace of <paramref name="Inner"/> while the caller's floats are converted.</param>
internal sealed record Port(string Name, string Identifier, Value Outer, Value Inner, Step? Conversion, int BufferOffset)
{
    /// <summary>What integers mean: those of the raw form, or of a tensor that is integers in the model itself.</summary>
    public Quantization? Quantization =>
        !Inner.Element.IsFloat() && Inner.Type.Quantization is { IsPerTensor: true } parameters ? parameters : null;
}
