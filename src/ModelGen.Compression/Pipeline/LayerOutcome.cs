namespace ModelGen.Compression.Pipeline;

/// <summary>What the search knows of a layer besides its weights.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="Weights">Weights, zeros included.</param>
/// <param name="Pattern">Which weights were removed together, in words; <c>none</c> where none were asked to go.</param>
/// <param name="Impact">Second-order estimate of the loss when a weight of average size is removed, <c>w^2 F / 2</c> with the mean Fisher
/// information F of the layer; <see langword="null"/> where nothing is known of it.</param>
internal sealed record LayerOutcome(string Name, long Weights, string Pattern, double? Impact);
