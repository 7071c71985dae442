using System.Collections.Generic;

namespace ModelGen.Graph;

/// <summary>One operation of a graph. Immutable; a pass that changes one makes a new node.</summary>
public sealed class Node
{
    /// <summary>Creates a node; use <see cref="GraphBuilder.Add(Operator, string, Value?[])"/>, which infers the types.</summary>
    internal Node(string name, Operator @operator, Value?[] inputs, Value[] outputs)
    {
        Name = name;
        Operator = @operator;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>Name of the node in the model, or of its first output when it has none.</summary>
    public string Name { get; }

    /// <summary>What is computed.</summary>
    public Operator Operator { get; }

    /// <summary>Operands; <see langword="null"/> where an optional one is absent.</summary>
    public IReadOnlyList<Value?> Inputs { get; }

    /// <summary>Results.</summary>
    public IReadOnlyList<Value> Outputs { get; }

    /// <summary>The first (mostly only) result.</summary>
    public Value Output => Outputs[0];

    /// <summary>A required operand.</summary>
    public Value Input(int index) => Inputs[index]!;

    /// <summary>An optional operand.</summary>
    public Value? OptionalInput(int index) => index < Inputs.Count ? Inputs[index] : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Operator.Kind} \"{Name}\"";
}
