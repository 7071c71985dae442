using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Graph.Operators;

/// <summary>Sum of several broadcast quantized tensors, from the first to the last, divided by a number.</summary>
/// <param name="Negative">Which operands are subtracted; one an operand.</param>
/// <param name="Divisor">What the sum is divided by.</param>
public sealed record QuantizedSum(EquatableArray<bool> Negative, float Divisor) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Divisor == 1 ? "sum" : "mean";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (inputs.Count != Negative.Count || inputs.Any(input => !input!.Element.IsByte()))
            throw Mismatch("the operands of a sum are not quantized");
        return [new TensorType(ElementType.Float32, inputs.Select(input => input!.Shape).Aggregate(Shape.Broadcast))];
    }
}
