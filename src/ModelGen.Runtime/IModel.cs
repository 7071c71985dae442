using System;

namespace ModelGen;

/// <summary>
/// What every compiled model offers to code that does not know its shapes: hosts, benchmarks, test tools.
/// Application code calls the typed <c>Run</c> of the generated class instead.
/// </summary>
/// <remarks>An instance is for one thread at a time; weights are shared by all instances.</remarks>
public interface IModel
{
    /// <summary>Shapes, types and costs of the model.</summary>
    ModelInfo Info { get; }

    /// <summary>Runs the network once on raw little-endian tensors. Allocates nothing.</summary>
    /// <param name="inputs">All inputs, each at its <see cref="TensorInfo.ByteOffset"/>; <see cref="ModelInfo.InputBytes"/> bytes, 8-byte
    /// aligned.</param>
    /// <param name="outputs">Receives all outputs, each at its <see cref="TensorInfo.ByteOffset"/>; <see cref="ModelInfo.OutputBytes"/>
    /// bytes, 8-byte aligned.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    void Run(ReadOnlySpan<byte> inputs, Span<byte> outputs);
}
