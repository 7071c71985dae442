using System;
using System.Diagnostics;

namespace ModelGen;

/// <summary>
/// Asks ModelGen to implement a partial class from a model file, for people who prefer an attribute to naming the class in the project:
/// <code>[CompiledModel("Models/keywords.onnx")] internal sealed partial class Keywords;</code>
/// </summary>
/// <remarks>
/// The file must be a <c>ModelGenModel</c> item of the project, so that the build notices when it changes. Without the attribute such an
/// item becomes a class named after the file.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
[Conditional("MODELGEN_KEEP_ATTRIBUTES")]
public sealed class CompiledModelAttribute : Attribute
{
    /// <summary>Names the model file.</summary>
    /// <param name="path">Path of the model file relative to the project's folder, with <c>/</c> or <c>\</c>.</param>
    public CompiledModelAttribute(string path) => Path = path;

    /// <summary>Path of the model file relative to the project's folder.</summary>
    public string Path { get; }
}
