using System;
using ModelGen.Compiler;

namespace ModelGen.Tool.Commands;

/// <summary>A model compiled to C# and how long that took.</summary>
/// <param name="Model">Source and report.</param>
/// <param name="CompileTime">Time in ModelGen's compiler.</param>
internal sealed record TimedModel(CompiledModel Model, TimeSpan CompileTime);
