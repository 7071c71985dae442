namespace ModelGen.Planning;

/// <summary>Where a value lives while the emitted code runs.</summary>
/// <param name="Kind">Kind of place.</param>
/// <param name="Index">Which input or output.</param>
/// <param name="Offset">First byte in the workspace.</param>
internal readonly record struct Location(LocationKind Kind, int Index, int Offset);
