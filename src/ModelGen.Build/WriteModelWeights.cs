using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Compiler;
using ModelGen.Generator;

namespace ModelGen.Build;

/// <summary>
/// Writes the weights of a model to a file for the project to embed, where they are too many for C# source. The generator compiles the same
/// model with the same options to the code that reads them; a generator cannot write files or add resources itself.
/// </summary>
public sealed class WriteModelWeights : Task
{
    /// <summary>Lines of the manifest of the model.</summary>
    [Required]
    public string[] Manifest { get; set; } = [];

    /// <summary>Where the weights go. No such file is left when they are in the source, or when the model cannot be compiled: that the
    /// generator reports.</summary>
    [Required]
    public string Output { get; set; } = "";

    /// <summary>What was written; empty for nothing.</summary>
    [Output]
    public string Fingerprint { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        ModelManifest manifest = ManifestParser.Parse("", string.Join("\n", Manifest));
        try
        {
            EmbeddedWeights? weights = CompileWeights(manifest);
            Fingerprint = weights?.Fingerprint ?? "";
            if (weights is not null) Write(weights.Bytes);
            else if (File.Exists(Output)) File.Delete(Output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelException)
        {
            Log.LogError(null, (e as ModelException)?.Id ?? ModelErrorIds.InternalError, null, manifest.Path, 0, 0, 0, 0,
                $"The weights of model \"{manifest.Item}\" cannot be written: {e.Message}");
        }

        return !Log.HasLoggedErrors;
    }

    private static EmbeddedWeights? CompileWeights(ModelManifest manifest)
    {
        if (manifest.IsDamaged || manifest.Sha256.Length == 0 || !CanNeedResource(manifest)) return null;
        var parser = new OptionParser(manifest);

        // Who asks for a profile has it, or an error of the generator.
        bool isModern = manifest.SupportsModern || string.Equals(manifest.Profile, nameof(Profile.Modern), StringComparison.OrdinalIgnoreCase);
        CompileOptions options = ManifestOptions.Read(parser, manifest, new TargetFacts("", isModern, true, true));
        if (parser.Error is not null) return null;
        byte[] file = ModelFile.Read(manifest.Path, manifest.Sha256, manifest.Item, options.MaximumModelBytes);
        try
        {
            return ModelCompiler.Compile(file, Path.GetFileName(manifest.Path), options).Resource;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or IOException or TypeLoadException or BadImageFormatException))
        {
            // The generator comes to the same end, and says so with a place and an id.
            return null;
        }
    }

    // Compiling takes a moment that small models, which are most, need not wait.
    private static bool CanNeedResource(ModelManifest manifest)
        => new FileInfo(manifest.Path) is { Exists: true } file && file.Length > ModelCompiler.MinimumFileBytesForResource;

    // Whole or not at all: a build that is cut off must not leave half of the weights. The same weights keep their time, so that nothing is compiled anew.
    private void Write(byte[] weights)
    {
        if (File.Exists(Output) && File.ReadAllBytes(Output).AsSpan().SequenceEqual(weights)) return;
        string temporary = Output + "." + Guid.NewGuid().ToString("N");
        try
        {
            File.WriteAllBytes(temporary, weights);
            if (File.Exists(Output)) File.Replace(temporary, Output, null);
            else File.Move(temporary, Output);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
