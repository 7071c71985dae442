using System.Threading;
using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>The compiler as the generator calls it; tests put another one in its place.</summary>
/// <param name="file">The whole model file.</param>
/// <param name="fileName">Its name without folder.</param>
/// <param name="options">Names, profile and limits.</param>
/// <param name="cancellationToken">Stops the work.</param>
/// <returns>Source and report.</returns>
internal delegate CompiledModel CompileModel(byte[] file, string fileName, CompileOptions options, CancellationToken cancellationToken);
