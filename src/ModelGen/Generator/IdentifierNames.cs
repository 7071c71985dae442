using System;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Generator;

/// <summary>C# names from the names of files, projects and tensors, and checks of names that users write.</summary>
internal static class IdentifierNames
{
    // Members of every generated class: C# does not allow a class with the name of one of its members.
    private static readonly string[] MemberNames =
    [
        "Info", "LoadState", "Reset", "Run", "SaveState", "Step", "WorkspaceBytes", "Equals", "Finalize", "GetHashCode", "GetType",
        "MemberwiseClone", "ReferenceEquals", "ToString",
    ];

    /// <summary>The class name for a model file: its name in PascalCase (<c>kws_fp32.onnx</c> becomes <c>KwsFp32</c>).</summary>
    /// <param name="fileName">Name of the file without folder.</param>
    /// <returns>A valid C# identifier.</returns>
    public static string ClassNameFor(string fileName)
    {
        int dot = fileName.LastIndexOf('.');
        string stem = dot > 0 ? fileName.Substring(0, dot) : fileName;
        var name = new StringBuilder();
        bool startOfWord = true;
        foreach (char c in stem)
        {
            if (!char.IsLetterOrDigit(c))
            {
                startOfWord = true;
                continue;
            }

            name.Append(startOfWord ? char.ToUpperInvariant(c) : c);
            startOfWord = false;
        }

        if (name.Length == 0) return "Model";
        if (!char.IsLetter(name[0])) name.Insert(0, "Model");
        if (MemberNames.Contains(name.ToString())) name.Append("Model");
        return Escape(name.ToString());
    }

    /// <summary>A namespace from a project's root namespace, which MSBuild takes from the file name and so need not be one.</summary>
    /// <param name="rootNamespace">Any text.</param>
    /// <returns>A valid namespace, or empty.</returns>
    public static string NamespaceFor(string rootNamespace)
        => string.Join(".", rootNamespace.Split(['.'], StringSplitOptions.RemoveEmptyEntries).Select(MakeIdentifier));

    /// <summary>Whether a user may give this name to a generated class.</summary>
    /// <param name="name">The name, with <c>@</c> where it is a keyword.</param>
    /// <returns>Whether it is an identifier and no member's name.</returns>
    public static bool IsValidClassName(string name) => IsValidIdentifier(name) && !MemberNames.Contains(name);

    /// <summary>Whether a text is a namespace.</summary>
    /// <param name="name">Identifiers with dots between them.</param>
    /// <returns>Whether all are valid.</returns>
    public static bool IsValidNamespace(string name) => name.Split('.').All(IsValidIdentifier);

    /// <summary>Puts <c>@</c> before keywords.</summary>
    /// <param name="identifier">A name as symbols have it.</param>
    /// <returns>The name as source code has it.</returns>
    public static string Escape(string identifier)
        => SyntaxFacts.GetKeywordKind(identifier) != SyntaxKind.None ? "@" + identifier : identifier;

    /// <summary>Puts <c>@</c> before each keyword of a namespace.</summary>
    /// <param name="name">A namespace, escaped or not.</param>
    /// <returns>The namespace as source code has it.</returns>
    public static string EscapeNamespace(string name)
        => name.Length == 0 ? "" : string.Join(".", name.Split('.').Select(part => Escape(part.TrimStart('@'))));

    /// <summary>The name Roslyn gives to an emitted file: namespace and class, with only the characters it allows.</summary>
    /// <param name="space">Namespace or empty.</param>
    /// <param name="className">Class name.</param>
    /// <returns>The hint name, without extension.</returns>
    public static string HintNameFor(string space, string className)
    {
        string full = (space.Length == 0 ? className : space + "." + className).Replace("@", "");
        return new string(full.Select(c => char.IsLetterOrDigit(c) || c == '.' ? c : '_').ToArray());
    }

    private static bool IsValidIdentifier(string name) => name.StartsWith("@", StringComparison.Ordinal)
        ? SyntaxFacts.IsValidIdentifier(name.Substring(1))
        : SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None;

    private static string MakeIdentifier(string text)
    {
        string name = new(text.Select(c => IsIdentifierPart(c) ? c : '_').ToArray());
        if (!SyntaxFacts.IsIdentifierStartCharacter(name[0])) name = "_" + name;
        return Escape(name);
    }

    // Formatting characters are part of an identifier for the parser but vanish from its name.
    private static bool IsIdentifierPart(char c)
        => SyntaxFacts.IsIdentifierPartCharacter(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format;
}
