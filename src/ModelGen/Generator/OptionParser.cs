using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>Checks the metadata of one item. The first invalid value is kept as a message; its option then has the default value.</summary>
internal sealed class OptionParser
{
    private readonly ModelManifest _manifest;

    /// <summary>Starts on a manifest.</summary>
    /// <param name="manifest">The manifest.</param>
    public OptionParser(ModelManifest manifest) => _manifest = manifest;

    /// <summary>What is invalid, or <see langword="null"/>.</summary>
    public string? Error { get; private set; }

    /// <summary>Class name: the metadata or one from the file's name.</summary>
    /// <param name="fileName">Name of the model file.</param>
    /// <returns>A valid name.</returns>
    public string ParseClassName(string fileName)
    {
        string name = _manifest.ClassName;
        if (name.Length > 0 && IdentifierNames.IsValidClassName(name)) return name;
        if (name.Length > 0)
            Refuse("ClassName", name, "use a C# identifier that is not a keyword and not the name of a member such as Run or Info");
        return IdentifierNames.ClassNameFor(fileName);
    }

    /// <summary>Namespace: the metadata or the project's.</summary>
    /// <param name="fallback">The project's root namespace or assembly name.</param>
    /// <returns>A valid namespace.</returns>
    public string ParseNamespace(string fallback)
    {
        string name = _manifest.Namespace;
        if (name.Length > 0 && IdentifierNames.IsValidNamespace(name)) return name;
        if (name.Length > 0) Refuse("Namespace", name, "use C# identifiers with dots between them");
        return IdentifierNames.NamespaceFor(fallback);
    }

    /// <summary>Whether the class is public.</summary>
    /// <returns>False unless asked for.</returns>
    public bool ParseIsPublic() => Choose("Accessibility", _manifest.Accessibility, "internal", "public") == 1;

    /// <summary>Profile: the metadata or the best that the compilation supports.</summary>
    /// <param name="target">What the compilation supports.</param>
    /// <returns>The profile.</returns>
    public Profile ParseProfile(TargetFacts target)
    {
        int choice = Choose("Profile", _manifest.Profile, "auto", "modern", "portable");
        if (choice == 1 && !target.SupportsModern)
            Refuse("Profile", _manifest.Profile, "it needs .NET 8 and C# 12 or later; use auto or portable");
        if (choice == 0 && _manifest.WeightsResource.Length > 0 && _manifest.SupportsModern != target.SupportsModern)
            Refuse("Profile", "auto", "the build could not tell which one the compilation takes; use modern or portable");
        if (!target.SupportsPortable) Error ??= $"ModelGenModel \"{_manifest.Item}\" needs C# 8 or later: set LangVersion in the project";
        return choice == 2 || !target.SupportsModern ? Profile.Portable : Profile.Modern;
    }

    /// <summary>What the planner weighs.</summary>
    /// <returns>The choice.</returns>
    public Optimization ParseOptimize() => Choose("Optimize", _manifest.Optimize, "balanced", "size", "speed") switch
    {
        1 => Optimization.Size,
        2 => Optimization.Speed,
        _ => Optimization.Balanced,
    };

    /// <summary>How sums of floats may be arranged.</summary>
    /// <returns>The choice.</returns>
    public Accuracy ParseAccuracy() => Choose("Accuracy", _manifest.Accuracy, "usual", "exact") == 1 ? Accuracy.Exact : Accuracy.Usual;

    /// <summary>Labels: lines of a file, or a list separated by <c>;</c>, or by <c>,</c> when there is no <c>;</c>.</summary>
    /// <returns>The labels in order.</returns>
    public EquatableArray<string> ParseLabels()
    {
        if (_manifest.LabelLines.Count > 0) return _manifest.LabelLines;
        string list = _manifest.Labels;
        char separator = list.IndexOf(';') >= 0 ? ';' : ',';
        string[] labels = list.Split(separator).Select(label => label.Trim()).Where(label => label.Length > 0).ToArray();
        if (labels.Length == 1 && LooksLikePath(labels[0]))
        {
            Refuse("Labels", labels[0],
                "there is no such file; use a text file with one label a line (its path relative to the project) or a list such as yes;no");
            return default;
        }

        return new EquatableArray<string>(labels);
    }

    /// <summary>Dimensions of inputs: <c>1x3x224x224</c> or <c>name:1x3x224x224;other:1x10</c>.</summary>
    /// <returns>The shapes.</returns>
    public EquatableArray<InputShape> ParseInputShapes()
    {
        var shapes = new List<InputShape>();
        string[] entries = _manifest.InputShape.Split(';').Select(entry => entry.Trim()).Where(entry => entry.Length > 0).ToArray();
        foreach (string entry in entries)
        {
            // Names of tensors may contain colons themselves ("input:0").
            int colon = entry.LastIndexOf(':');
            string input = colon < 0 ? "" : entry.Substring(0, colon).Trim();
            int[]? dimensions = ParseDimensions(entry.Substring(colon + 1));
            if (dimensions is null || (input.Length == 0 && entries.Length > 1) || shapes.Any(shape => shape.Input == input))
            {
                Refuse("InputShape", _manifest.InputShape,
                    "use positive dimensions such as 1x3x224x224, or name:1x3x224x224;other:1x10 for several inputs");
                return default;
            }

            shapes.Add(new InputShape(input, new EquatableArray<int>(dimensions)));
        }

        return new EquatableArray<InputShape>(shapes);
    }

    private static int[]? ParseDimensions(string text)
    {
        string[] parts = text.Split('x');
        var dimensions = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
                out dimensions[i])
                || dimensions[i] <= 0)
            {
                return null;
            }
        }

        return dimensions;
    }

    private static bool LooksLikePath(string label)
        => label.IndexOf('/') >= 0 || label.IndexOf('\\') >= 0 || label.EndsWith(".txt", StringComparison.OrdinalIgnoreCase);

    // The first choice is the default.
    private int Choose(string option, string value, params string[] choices)
    {
        if (value.Length == 0) return 0;
        int index = Array.FindIndex(choices, choice => string.Equals(choice, value, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
            Refuse(option, value, "use " + string.Join(", ", choices, 0, choices.Length - 1) + " or " + choices[choices.Length - 1]);
        return Math.Max(index, 0);
    }

    private void Refuse(string option, string value, string advice)
        => Error ??= $"{option} \"{value.Replace('\n', ' ')}\" of ModelGenModel \"{_manifest.Item}\" is not valid: {advice}";
}
