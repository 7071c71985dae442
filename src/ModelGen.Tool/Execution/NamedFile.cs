using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Execution;

/// <summary>An array and where it came from.</summary>
/// <param name="Origin">File, and array in it, for messages.</param>
/// <param name="Tensor">The array.</param>
internal sealed record NamedFile(string Origin, NumericTensor Tensor);
