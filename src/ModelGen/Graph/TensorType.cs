namespace ModelGen.Graph;

/// <summary>Element type, shape and, for integers that stand for real numbers, the quantization.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Quantization">How the integers map to real numbers, or <see langword="null"/>.</param>
public sealed record TensorType(ElementType Element, Shape Shape, Quantization? Quantization = null)
{
    /// <summary>Bytes of the tensor.</summary>
    public int Bytes => checked(Shape.Count * Element.Size());

    /// <summary>The same with another shape.</summary>
    public TensorType WithShape(Shape shape) => this with { Shape = shape };

    /// <summary>For example <c>float32[1, 10]</c>.</summary>
    public override string ToString() => Element.ToString().ToLowerInvariant() + Shape;
}
