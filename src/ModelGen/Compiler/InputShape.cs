namespace ModelGen.Compiler;

/// <summary>Dimensions bound for an input whose shape the model leaves open.</summary>
/// <param name="Input">Name of the input, or empty for the only one.</param>
/// <param name="Dimensions">All dimensions of the input.</param>
public sealed record InputShape(string Input, EquatableArray<int> Dimensions);
