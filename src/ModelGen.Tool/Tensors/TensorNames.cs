using System;
using System.Globalization;
using System.Text;

namespace ModelGen.Tool.Tensors;

/// <summary>Types and shapes in words.</summary>
internal static class TensorNames
{
    /// <summary>The name of an element type in ONNX and numpy, for example <c>float32</c>.</summary>
    /// <param name="type">Element type.</param>
    public static string Name(TensorElementType type) => type.ToString().ToLowerInvariant();

    /// <summary>Type and shape, for example <c>int8[1, 49, 10]</c>.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Dimensions.</param>
    public static string Describe(TensorElementType type, ReadOnlySpan<int> shape) => Name(type) + Shape(shape);

    /// <summary>A shape, for example <c>[1, 49, 10]</c>.</summary>
    /// <param name="shape">Dimensions.</param>
    public static string Shape(ReadOnlySpan<int> shape)
    {
        StringBuilder text = new("[");
        for (int i = 0; i < shape.Length; i++)
            text.Append(i == 0 ? "" : ", ").Append(shape[i].ToString(CultureInfo.InvariantCulture));
        return text.Append(']').ToString();
    }
}
