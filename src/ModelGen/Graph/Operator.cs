using System.Collections.Generic;
using ModelGen.Compiler;

namespace ModelGen.Graph;

/// <summary>
/// What a node computes: attributes in typed form, type inference and, where a constant result is of use at build time, evaluation.
/// One record an operator in Graph/Operators; no opset versions here, the importer has resolved them.
/// </summary>
public abstract record Operator
{
    /// <summary>Name for people, in snake case: <c>conv2d</c>, <c>fully_connected</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>Clamping of the (only) result, fused into the operation.</summary>
    public Activation Activation { get; init; } = Activation.None;

    /// <summary>
    /// Type of the integers that the operation makes from quantized operands with one requantization (docs/numerics.md), or
    /// <see langword="null"/> when it computes in the type of its operands.
    /// </summary>
    public QuantizedResult? Result { get; init; }

    /// <summary>What was taken out of the layer because nothing depends on it, or <see langword="null"/>.</summary>
    public RemovedChannels? Removed { get; init; }

    /// <summary>Whether <see cref="Activation"/> can be fused into this operation.</summary>
    public virtual bool AcceptsActivation => false;

    /// <summary>Whether the result is the operand's memory under another type, so that nothing is computed.</summary>
    public virtual bool IsView => false;

    /// <summary>Types of the results.</summary>
    /// <exception cref="ModelException">The operands do not fit.</exception>
    public TensorType[] Infer(IReadOnlyList<Value?> inputs)
    {
        TensorType[] types = InferTypes(inputs);
        if (Result is not null) types[0] = new TensorType(Result.Element, types[0].Shape, Result.Quantization);
        return types;
    }

    /// <summary>Results for constant operands, or <see langword="null"/> when they are left to the emitted code.</summary>
    public virtual Tensor[]? Evaluate(IReadOnlyList<Value?> inputs) => null;

    /// <summary>Types of the results before requantization.</summary>
    protected abstract TensorType[] InferTypes(IReadOnlyList<Value?> inputs);

    /// <summary>A <see cref="ModelException"/> of operands that do not fit.</summary>
    protected static ModelException Mismatch(string message) => new(ModelErrorIds.TypeMismatch, message);
}
