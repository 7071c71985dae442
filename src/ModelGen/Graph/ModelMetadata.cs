namespace ModelGen.Graph;

/// <summary>Facts about the model file.</summary>
/// <param name="Name">Name of the graph.</param>
/// <param name="Description">Documentation string, or empty.</param>
/// <param name="Producer">Program that wrote the file, with version, or empty.</param>
/// <param name="Opset">Version of the default operator set.</param>
/// <param name="Labels">Class names from the metadata, or empty.</param>
public sealed record ModelMetadata(string Name, string Description, string Producer, long Opset, EquatableArray<string> Labels);
