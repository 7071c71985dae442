using System.Collections.Generic;

namespace ModelGen.Graph.Operators;

/// <summary>Local response normalization across channels (ONNX LRN).</summary>
/// <param name="Size">Channels summed over.</param>
/// <param name="Alpha">Scaling.</param>
/// <param name="Beta">Exponent.</param>
/// <param name="Bias">Added to the sum.</param>
public sealed record LocalResponse(int Size, float Alpha, float Beta, float Bias) : Operator
{
    /// <inheritdoc/>
    public override string Kind => "local_response";

    /// <inheritdoc/>
    protected override TensorType[] InferTypes(IReadOnlyList<Value?> inputs) => [inputs[0]!.Type];
}
