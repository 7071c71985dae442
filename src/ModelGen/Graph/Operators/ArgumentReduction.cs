using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>Index of the largest or smallest element along an axis (ONNX ArgMax, ArgMin); int64.</summary>
/// <param name="Axis">The axis, >= 0.</param>
/// <param name="KeepDimensions">Whether the axis stays with size 1.</param>
/// <param name="Smallest">The smallest instead of the largest.</param>
/// <param name="Last">The last of equal elements instead of the first.</param>
public sealed record ArgumentReduction(int Axis, bool KeepDimensions, bool Smallest, bool Last) : Operator
{
    /// <inheritdoc/>
    public override string Kind => Smallest ? "arg_min" : "arg_max";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs)
    {
        if (inputs[0]!.Element == ElementType.Bool) throw Mismatch($"{Kind} is not defined for {inputs[0]!.Type}");
        List<int> shape = [.. inputs[0]!.Shape.Dimensions];
        if (KeepDimensions) shape[Axis] = 1;
        else shape.RemoveAt(Axis);
        return [new TensorType(ElementType.Int64, new Shape(shape))];
    }
}
