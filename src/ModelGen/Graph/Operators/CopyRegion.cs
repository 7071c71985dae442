namespace ModelGen.Graph.Operators;

/// <summary>A block of elements that is copied: <c>for all i: to[toOffset + i . toStrides] = from[fromOffset + i .
/// fromStrides]</c>.</summary>
/// <param name="Input">Which operand is read.</param>
/// <param name="Dimensions">Size of the block along each axis.</param>
/// <param name="FromOffset">First element read.</param>
/// <param name="FromStrides">Elements between neighbours where it is read; 0 repeats, negative reverses.</param>
/// <param name="ToOffset">First element written.</param>
/// <param name="ToStrides">Elements between neighbours where it is written.</param>
public sealed record CopyRegion(int Input, int[] Dimensions, int FromOffset, int[] FromStrides, int ToOffset, int[] ToStrides);
