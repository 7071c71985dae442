using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>The compiler's options in a manifest, but for the names of the class.</summary>
internal static class ManifestOptions
{
    /// <summary>Reads them.</summary>
    /// <param name="parser">Parser of the manifest; keeps what is invalid.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="target">What the compilation offers.</param>
    public static CompileOptions Read(OptionParser parser, ModelManifest manifest, TargetFacts target) => new()
    {
        Profile = parser.ParseProfile(target),
        Optimize = parser.ParseOptimize(),
        Accuracy = parser.ParseAccuracy(),
        Labels = parser.ParseLabels(),
        InputShapes = parser.ParseInputShapes(),
        WeightsResource = manifest.WeightsResource,
    };
}
