using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using ModelGen.Emit;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Passes;
using ModelGen.Planning;

namespace ModelGen.Compiler;

/// <summary>The compiler: bytes of a model file in, C# out. Pure: no files, no clock, no culture, no state.</summary>
public static class ModelCompiler
{
    /// <summary>Files of no more bytes have their weights in the source whatever it costs, so that a build need not compile them to know.
    /// A larger file can still have so few weights that they are.</summary>
    public const int MinimumFileBytesForResource = 32 << 10;

    /// <summary>Compiles a model.</summary>
    /// <param name="file">The whole model file.</param>
    /// <param name="fileName">Its name without folder; appears in the emitted code.</param>
    /// <param name="options">Names, profile and limits.</param>
    /// <param name="cancellationToken">Stops the work between passes.</param>
    /// <returns>Source and report; the same bytes for the same arguments on every machine.</returns>
    /// <exception cref="ModelException">The model cannot be compiled; the message says why and what to do.</exception>
    public static CompiledModel Compile(byte[] file, string fileName, CompileOptions options, CancellationToken cancellationToken = default)
    {
        CultureInfo culture = GetCulture();
        try
        {
            // Not one of the hundreds of numbers that are formatted may look different because someone works in Finland.
            SetCulture(CultureInfo.InvariantCulture);
            return CompileInvariant(file, fileName, options, cancellationToken);
        }
        catch (OverflowException)
        {
            // Sizes are computed with checked arithmetic throughout.
            throw Limits.TooLarge("a size or number computed from the model exceeds 2^31 - 1");
        }
        finally
        {
            SetCulture(culture);
        }
    }

    /// <summary>Compiles a graph that was made in memory, such as a training step.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="name">What stands in the emitted code where the name of a file would.</param>
    /// <param name="options">Names and profile.</param>
    /// <exception cref="ModelException">The graph cannot be compiled.</exception>
    internal static CompiledModel Compile(ModelGraph graph, string name, CompileOptions options)
    {
        CultureInfo culture = GetCulture();
        try
        {
            SetCulture(CultureInfo.InvariantCulture);
            return Emit(PassPipeline.Run(graph, options, default), [], name, options, default);
        }
        finally
        {
            SetCulture(culture);
        }
    }

    /// <summary>SHA-256 in lower-case hexadecimal.</summary>
    public static string Hash(byte[] bytes)
    {
        using var sha = SHA256.Create();
        return string.Concat(sha.ComputeHash(bytes).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static CompiledModel CompileInvariant(byte[] file, string fileName, CompileOptions options, CancellationToken cancellationToken)
    {
        if (file.Length > options.MaximumModelBytes)
            throw Limits.TooLarge(
                $"the file has {Limits.Text(file.Length)} bytes; at most {Limits.Text(options.MaximumModelBytes)} are read");
        ModelGraph graph = OnnxImporter.Import(file, options);
        cancellationToken.ThrowIfCancellationRequested();
        graph = PassPipeline.Run(graph, options, cancellationToken);
        return Emit(graph, file, fileName, options, cancellationToken);
    }

    private static CompiledModel Emit(
        ModelGraph graph, byte[] file, string fileName, CompileOptions options, CancellationToken cancellationToken)
    {
        Plan plan = Planner.Create(graph, options);
        bool isResource = WeightsBlob.IsResource(plan, file.Length);
        long limit = isResource ? Limits.ResourceBytes : Limits.SourceBytes;
        if (plan.Constants.Bytes > limit)
            throw Limits.TooLarge(
                $"the compiled weights and tables take {Limits.Text(plan.Constants.Bytes)} bytes; at most {Limits.Text(limit)} are supported; prune or quantize the model");
        cancellationToken.ThrowIfCancellationRequested();
        EmbeddedWeights? resource = isResource ? WeightsBlob.CreateResource(plan) : null;
        ModelReport report = ReportBuilder.Create(plan, fileName, file.Length, Hash(file));
        return new CompiledModel(ModelEmitter.Emit(plan, report, resource), report) { Resource = resource };
    }

    // The rule against it is about reading the culture of the machine; this keeps it out, and puts it back.
#pragma warning disable RS1035
    private static CultureInfo GetCulture() => CultureInfo.CurrentCulture;

    private static void SetCulture(CultureInfo culture) => CultureInfo.CurrentCulture = culture;
#pragma warning restore RS1035
}
