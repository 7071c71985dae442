using System;
using System.Threading;
using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>Carries out one request. Whatever goes wrong ends in a result with one error: an exception that left the generator would be a
/// mere warning, and the class would silently be missing.</summary>
internal static class RequestCompiler
{
    /// <summary>Reads and compiles a model.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="compile">The compiler.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The emitted class or the error.</returns>
    public static CompileResult Compile(CompileRequest request, CompileModel compile, CancellationToken cancellationToken)
    {
        if (request.Refusal is not null) return Refuse(request, request.Refusal);
        try
        {
            byte[] file = ModelFile.Read(request);
            cancellationToken.ThrowIfCancellationRequested();
            string fileName = request.Path.Substring(request.Path.LastIndexOfAny(['/', '\\']) + 1);
            CompiledModel model = compile(file, fileName, request.Options, cancellationToken);
            if ((model.Resource?.Fingerprint ?? "") != request.WeightsFingerprint)
                return Refuse(request, ModelErrorIds.OtherWeights,
                    $"The weights that the build embeds for model \"{request.Item}\" are not those of its code; rebuild the project, and report it if that does not help");
            return new CompileResult(request.HintName, model.Source, null);
        }
        catch (ModelException e)
        {
            return Refuse(request, e.Id, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Refuse(request, ModelErrorIds.InternalError,
                $"ModelGen failed on \"{request.Item}\" with {e.GetType().Name}: {OneLine(e.Message)}. Please report it, with the model if you can");
        }
    }

    private static CompileResult Refuse(CompileRequest request, string id, string message)
        => Refuse(request, new DiagnosticInfo(id, message, LocationInfo.OfFile(request.Path)));

    private static CompileResult Refuse(CompileRequest request, DiagnosticInfo error)
        => new(request.HintName, PlaceholderEmitter.Emit(request), error);

    private static string OneLine(string message) => message.Replace("\r", "").Replace('\n', ' ').TrimEnd('.');
}
