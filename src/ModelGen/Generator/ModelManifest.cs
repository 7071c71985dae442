namespace ModelGen.Generator;

/// <summary>
/// What the package's targets wrote about one ModelGenModel item: where the model is, what it contains (its hash) and the item's metadata,
/// unchecked. Two equal manifests compile to the same code.
/// </summary>
internal sealed record ModelManifest
{
    /// <summary>Full path of the model file.</summary>
    public string Path { get; init; } = "";

    /// <summary>SHA-256 of the model file, lower-case hexadecimal; empty when the file did not exist.</summary>
    public string Sha256 { get; init; } = "";

    /// <summary>The item as the project writes it, for messages and for the attribute.</summary>
    public string Item { get; init; } = "";

    /// <summary>The project file that has the item: where an invalid option is corrected.</summary>
    public string ProjectFile { get; init; } = "";

    /// <summary>Metadata <c>ClassName</c>.</summary>
    public string ClassName { get; init; } = "";

    /// <summary>Metadata <c>Namespace</c>.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Metadata <c>Accessibility</c>.</summary>
    public string Accessibility { get; init; } = "";

    /// <summary>Metadata <c>Profile</c>.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Metadata <c>Optimize</c>.</summary>
    public string Optimize { get; init; } = "";

    /// <summary>Metadata <c>Accuracy</c>.</summary>
    public string Accuracy { get; init; } = "";

    /// <summary>Metadata <c>InputShape</c>.</summary>
    public string InputShape { get; init; } = "";

    /// <summary>Metadata <c>Labels</c> when it is a list.</summary>
    public string Labels { get; init; } = "";

    /// <summary>Lines of the file that metadata <c>Labels</c> names, when it names one.</summary>
    public EquatableArray<string> LabelLines { get; init; }

    /// <summary>Name of the resource that the build writes for weights too many for C#; empty when it writes none.</summary>
    public string WeightsResource { get; init; } = "";

    /// <summary>What the build wrote as that resource (<see cref="Compiler.EmbeddedWeights.Fingerprint"/>); empty when it wrote none.</summary>
    public string WeightsFingerprint { get; init; } = "";

    /// <summary>Whether the build took the project for one that code of the Modern profile compiles in, when it wrote that
    /// resource.</summary>
    public bool SupportsModern { get; init; }

    /// <summary>The text is no manifest; the other members are empty.</summary>
    public bool IsDamaged { get; init; }
}
