namespace ModelGen.Graph;

/// <summary>A tensor in a graph: an input, a constant, or the result of exactly one node. Compared by reference.</summary>
public sealed class Value
{
    /// <summary>Creates a value.</summary>
    /// <param name="name">Name in the model, or one made up by a pass.</param>
    /// <param name="type">Its type.</param>
    /// <param name="constant">Its elements when they are known at build time.</param>
    public Value(string name, TensorType type, Tensor? constant = null)
    {
        Name = name;
        Type = type;
        Constant = constant;
    }

    /// <summary>Name in the model, or one made up by a pass.</summary>
    public string Name { get; }

    /// <summary>Element type, shape, quantization.</summary>
    public TensorType Type { get; }

    /// <summary>Dimensions.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>Element type.</summary>
    public ElementType Element => Type.Element;

    /// <summary>Elements known at build time, or <see langword="null"/>.</summary>
    public Tensor? Constant { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type}";
}
