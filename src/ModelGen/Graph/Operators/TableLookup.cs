using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>A function of each 8-bit integer by table. What functions of one quantized tensor and constants become.</summary>
/// <param name="Function">The function, for people.</param>
/// <param name="Table">256 results, or as many for each index of <paramref name="Axis"/>.</param>
/// <param name="Axis">The axis along which the tables differ, or -1.</param>
public sealed record TableLookup(string Function, EquatableArray<byte> Table, int Axis) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Function;

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (!inputs[0]!.Element.IsByte()) throw Mismatch($"a table is not defined for {inputs[0]!.Type}");
        return [inputs[0]!.Type];
    }
}
