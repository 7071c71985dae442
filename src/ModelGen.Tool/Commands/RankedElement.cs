namespace ModelGen.Tool.Commands;

/// <summary>One of the largest elements of a sample.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Label">Its class name, if the model has class names.</param>
/// <param name="Value">Its value.</param>
internal sealed record RankedElement(int Index, string? Label, double Value);
