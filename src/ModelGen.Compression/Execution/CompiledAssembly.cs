using System;

namespace ModelGen.Compression.Execution;

/// <summary>An assembly made from emitted C#.</summary>
/// <param name="Image">The assembly file.</param>
/// <param name="InstructionBytes">Bytes of all method bodies in it.</param>
/// <param name="CompileTime">How long the C# compiler took.</param>
internal sealed record CompiledAssembly(byte[] Image, int InstructionBytes, TimeSpan CompileTime);
