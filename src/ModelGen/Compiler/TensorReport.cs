using ModelGen.Graph;

namespace ModelGen.Compiler;

/// <summary>An input or output.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Identifier">Name in C#.</param>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="QuantizedElement">Type of the raw form, or <see cref="ElementType.Undefined"/>.</param>
/// <param name="Scale">Quantization scale of the raw form, or of a tensor that is quantized integers itself; else 0.</param>
/// <param name="ZeroPoint">Quantization zero point.</param>
public sealed record TensorReport(
    string Name, string Identifier, ElementType Element, EquatableArray<int> Shape, ElementType QuantizedElement, float Scale,
        int ZeroPoint);
