namespace ModelGen.Generator;

/// <summary>A class with <c>[CompiledModel]</c>, by value.</summary>
/// <param name="Namespace">Its namespace; empty for the global one.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsPublic">Whether it is public.</param>
/// <param name="ModelPath">What the attribute names.</param>
/// <param name="Problem">Why the class cannot be implemented, as the rest of a sentence about it; empty when it can.</param>
/// <param name="Location">The attribute.</param>
internal sealed record AttributedClass(
    string Namespace, string Name, bool IsPublic, string ModelPath, string Problem, LocationInfo? Location);
