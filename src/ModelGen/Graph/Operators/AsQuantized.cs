using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>The same integers with their quantization stated: what reads them knows scale and zero point. Costs nothing.</summary>
/// <param name="Parameters">Scale and zero point.</param>
public sealed record AsQuantized(Quantization Parameters) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "as_quantized";

    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override Tensor[]? Evaluate(IReadOnlyList<Value?> inputs)
    {
        Tensor x = inputs[0]!.Constant!;
        return [new Tensor(x.Type with { Quantization = Parameters }, x.Bytes.ToArray())];
    }

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type with { Quantization = Parameters }];
}
