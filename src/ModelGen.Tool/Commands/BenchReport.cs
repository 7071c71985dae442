using ModelGen.Tool.Benchmarking;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen bench</c>; the document of <c>--json</c>.</summary>
internal sealed record BenchReport
{
    /// <summary>Path of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Profile of the emitted code: modern or portable.</summary>
    public required string Profile { get; init; }

    /// <summary>Widest vector that this machine runs in hardware, in bits.</summary>
    public required int VectorBits { get; init; }

    /// <summary>.NET version, for example <c>.NET 10.0.12</c>.</summary>
    public required string Runtime { get; init; }

    /// <summary>Time and memory of the runs.</summary>
    public required Measurement Measurement { get; init; }

    /// <summary>Multiply-accumulates of one run as compiled.</summary>
    public required long MultiplyAccumulates { get; init; }

    /// <summary>Multiply-accumulates were no weight zero.</summary>
    public required long DenseMultiplyAccumulates { get; init; }

    /// <summary>Multiply-accumulates as compiled for each nanosecond of the median run.</summary>
    public required double MultiplyAccumulatesPerNanosecond { get; init; }

    /// <summary>Bytes of the model file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of weights, biases and tables.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes of the workspace.</summary>
    public required int WorkspaceBytes { get; init; }

    /// <summary>Characters of the emitted C#.</summary>
    public required int SourceCharacters { get; init; }

    /// <summary>Bytes of the assembly, weights included.</summary>
    public required int AssemblyBytes { get; init; }

    /// <summary>Bytes of the method bodies in the assembly.</summary>
    public required int InstructionBytes { get; init; }

    /// <summary>Milliseconds that ModelGen took to emit the C#.</summary>
    public required double EmitMilliseconds { get; init; }

    /// <summary>Milliseconds that the C# compiler took.</summary>
    public required double CompileMilliseconds { get; init; }
}
