using System;
using System.Collections.Generic;

namespace ModelGen.Generator;

/// <summary>
/// Reads the manifests that ModelGen.targets writes: a header, then <c>Key=Value</c> lines. A value runs on to the next line that starts
/// with a key (metadata in a project may span lines); <c>LabelLines=</c> is the last key and takes all lines after it.
/// </summary>
internal static class ManifestParser
{
    /// <summary>End of the name of every manifest.</summary>
    public const string FileExtension = ".modelgen";

    /// <summary>First line of a manifest; the number changes with its format.</summary>
    public const string Header = "ModelGen manifest 2";

    private const string LabelLinesKey = "LabelLines";

    private static readonly string[] Keys =
    [
        "Path", "Sha256", "Item", "ProjectFile", "ClassName", "Namespace", "Accessibility", "Profile", "Optimize", "Accuracy", "InputShape",
        "Labels", "WeightsResource", "SupportsModern", "WeightsFingerprint",
    ];

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">Path of the manifest itself, for the message about a damaged one.</param>
    /// <param name="text">Its text, or <see langword="null"/> when it could not be read.</param>
    /// <returns>The manifest, marked damaged when the text is not one.</returns>
    public static ModelManifest Parse(string path, string? text)
    {
        string[] lines = (text ?? "").Split('\n');
        if (lines[0].TrimEnd('\r') != Header) return new ModelManifest { Path = path, IsDamaged = true };

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var labelLines = new List<string>();
        string? key = null;
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (key == LabelLinesKey)
            {
                if (line.Trim().Length > 0) labelLines.Add(line.Trim());
            }
            else if (TrySplit(line, out string newKey, out string value))
            {
                key = newKey;
                values[key] = value;
            }
            else if (key is not null)
            {
                values[key] += "\n" + line;
            }
        }

        string Value(string name) => values.TryGetValue(name, out string? value) ? value.Trim() : "";
        return new ModelManifest
        {
            Path = Value("Path"),
            Sha256 = Value("Sha256").ToLowerInvariant(),
            Item = Value("Item"),
            ProjectFile = Value("ProjectFile"),
            ClassName = Value("ClassName"),
            Namespace = Value("Namespace"),
            Accessibility = Value("Accessibility"),
            Profile = Value("Profile"),
            Optimize = Value("Optimize"),
            Accuracy = Value("Accuracy"),
            InputShape = Value("InputShape"),
            Labels = Value("Labels"),
            WeightsResource = Value("WeightsResource"),
            WeightsFingerprint = Value("WeightsFingerprint"),
            SupportsModern = Value("SupportsModern") == "true",
            LabelLines = new EquatableArray<string>(labelLines),
            IsDamaged = Value("Path").Length == 0,
        };
    }

    private static bool TrySplit(string line, out string key, out string value)
    {
        int equals = line.IndexOf('=');
        key = equals < 0 ? "" : line.Substring(0, equals);
        value = line.Substring(equals + 1);
        return key == LabelLinesKey || Array.IndexOf(Keys, key) >= 0;
    }
}
