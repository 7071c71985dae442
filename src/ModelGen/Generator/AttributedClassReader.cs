using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ModelGen.Generator;

/// <summary>From the syntax of a class with <c>[CompiledModel]</c> to <see cref="AttributedClass"/>.</summary>
internal static class AttributedClassReader
{
    /// <summary>Full name of the attribute.</summary>
    public const string AttributeName = "ModelGen.CompiledModelAttribute";

    /// <summary>Whether a node can carry the attribute.</summary>
    /// <param name="node">Any node.</param>
    /// <returns>True for classes and records (which get a message of their own).</returns>
    public static bool IsCandidate(SyntaxNode node) => node is ClassDeclarationSyntax or RecordDeclarationSyntax;

    /// <summary>Reads a class.</summary>
    /// <param name="context">Class and attribute.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The class, or <see langword="null"/> when the attribute has no path (the compiler complains about that).</returns>
    public static AttributedClass? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        AttributeData attribute = context.Attributes[0];
        if (attribute.ConstructorArguments.Length != 1 || attribute.ConstructorArguments[0].Value is not string path) return null;

        var type = (INamedTypeSymbol)context.TargetSymbol;
        string space = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        return new AttributedClass(
            IdentifierNames.EscapeNamespace(space),
            IdentifierNames.Escape(type.Name),
            type.DeclaredAccessibility == Accessibility.Public,
            path,
            FindProblem((TypeDeclarationSyntax)context.TargetNode, type),
            LocationInfo.Of(attribute.ApplicationSyntaxReference, cancellationToken));
    }

    private static string FindProblem(TypeDeclarationSyntax syntax, INamedTypeSymbol type)
    {
        if (syntax is RecordDeclarationSyntax) return "is a record; declare it as a partial class";
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword)) return "is not partial; add the modifier 'partial'";
        if (type.ContainingType is not null) return "is nested in another type; move it into a namespace";
        if (type.IsGenericType) return "is generic; remove its type parameters";
        if (type.IsStatic) return "is static; remove the modifier, models are instances";
        if (type.IsFileLocal) return "is local to its file; remove the modifier 'file'";
        if (!IdentifierNames.IsValidClassName(IdentifierNames.Escape(type.Name)))
            return "has the name of one of its members; give it another";
        return "";
    }
}
