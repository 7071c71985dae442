namespace ModelGen.Tool.Tensors;

/// <summary>A tensor with the name it has in a file or model.</summary>
/// <param name="Name">Name, or empty.</param>
/// <param name="Tensor">The tensor.</param>
internal sealed record NamedTensor(string Name, NumericTensor Tensor);
