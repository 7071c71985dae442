namespace ModelGen.Graph;

/// <summary>An output: its name in the model and the value that it shows.</summary>
/// <param name="Name">Name in the model.</param>
/// <param name="Value">The value.</param>
public sealed record GraphOutput(string Name, Value Value);
