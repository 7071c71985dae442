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
    /// <summary>Manifest of the model.</summary>
    [Required]
    public string Manifest { get; set; } = "";

    /// <summary>Where the weights go. No such file is left when they are in the source, or when the model cannot be compiled: that the
    /// generator reports.</summary>
    [Required]
    public string Output { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            ModelManifest manifest = ManifestParser.Parse(Manifest, File.ReadAllText(Manifest));
            byte[]? weights = CompileWeights(manifest);
            if (weights is not null) Replace(weights);
            else if (File.Exists(Output)) File.Delete(Output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.LogError("The weights of a model cannot be written: {0}", e.Message);
        }

        return !Log.HasLoggedErrors;
    }

    private static byte[]? CompileWeights(ModelManifest manifest)
    {
        if (manifest.IsDamaged || manifest.WeightsResource.Length == 0 || !CanNeedResource(manifest)) return null;
        var parser = new OptionParser(manifest);
        CompileOptions options = ManifestOptions.Read(parser, manifest, new TargetFacts("", manifest.SupportsModern, true, true));
        if (parser.Error is not null) return null;
        try
        {
            byte[] file = ModelFile.Read(manifest.Path, manifest.Sha256, manifest.Item, options.MaximumModelBytes);
            return ModelCompiler.Compile(file, Path.GetFileName(manifest.Path), options).Resource?.Bytes;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The generator comes to the same end, and says so with a place and an id.
            return null;
        }
    }

    // Compiling takes a moment that small models, which are most, need not wait.
    private static bool CanNeedResource(ModelManifest manifest)
        => new FileInfo(manifest.Path) is { Exists: true } file && file.Length > ModelCompiler.MinimumFileBytesForResource;

    // Whole or not at all: a build that is cut off must not leave half of the weights.
    private void Replace(byte[] weights)
    {
        string temporary = Output + ".tmp";
        File.WriteAllBytes(temporary, weights);
        if (File.Exists(Output)) File.Delete(Output);
        File.Move(temporary, Output);
    }
}
