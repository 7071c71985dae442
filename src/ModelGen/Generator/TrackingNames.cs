namespace ModelGen.Generator;

/// <summary>Names of the pipeline's steps; the incrementality tests walk all of them.</summary>
internal static class TrackingNames
{
    /// <summary>Manifest texts, parsed.</summary>
    public const string Manifests = "ModelGen.Manifests";

    /// <summary>What the project says: root namespace and folder.</summary>
    public const string Project = "ModelGen.Project";

    /// <summary>What the compilation offers: assembly name, vector types, runtime library.</summary>
    public const string Target = "ModelGen.Target";

    /// <summary>Classes with the attribute.</summary>
    public const string Classes = "ModelGen.Classes";

    /// <summary>Who becomes which class, and the complaints about that.</summary>
    public const string Resolution = "ModelGen.Resolution";

    /// <summary>One request a model.</summary>
    public const string Requests = "ModelGen.Requests";

    /// <summary>The expensive step: model file to C#.</summary>
    public const string Compilations = "ModelGen.Compilations";

    /// <summary>Emitted files.</summary>
    public const string Sources = "ModelGen.Sources";

    /// <summary>Errors of the compiler.</summary>
    public const string CompileErrors = "ModelGen.CompileErrors";

    /// <summary>Errors of the resolution.</summary>
    public const string ResolutionErrors = "ModelGen.ResolutionErrors";
}
