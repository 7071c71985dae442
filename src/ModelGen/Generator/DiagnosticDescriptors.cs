using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>One descriptor an id. Messages are composed where the facts are; a descriptor adds title, severity and help link.</summary>
internal static class DiagnosticDescriptors
{
    private const string Category = "ModelGen";
    private const string HelpLinkBase = "https://github.com/modelgen/modelgen/blob/main/docs/diagnostics.md#";

    // Not configurable: a model that was refused leaves a class without members behind, so there is nothing to go on with. The compiler
    // also stops at such an error instead of adding one complaint for every use of the missing members.
    private static readonly string[] Tags = [WellKnownDiagnosticTags.NotConfigurable];

    // A field each: that is the form in which the release tracking analyzer finds descriptors.
    private static readonly DiagnosticDescriptor FileMissing = new(
        ModelErrorIds.FileMissing, "The model file does not exist or cannot be read", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0001", customTags: Tags);

    private static readonly DiagnosticDescriptor NotAModel = new(
        ModelErrorIds.NotAModel, "The file is not a model, or is cut short or damaged", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0002", customTags: Tags);

    private static readonly DiagnosticDescriptor UnsupportedOperator = new(
        ModelErrorIds.UnsupportedOperator, "The model uses an operator that ModelGen does not compile", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0003", customTags: Tags);

    private static readonly DiagnosticDescriptor UnboundDimension = new(
        ModelErrorIds.UnboundDimension, "A dimension of an input is not known", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0004", customTags: Tags);

    private static readonly DiagnosticDescriptor TypeMismatch = new(
        ModelErrorIds.TypeMismatch, "Shapes or element types in the model do not fit", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0005", customTags: Tags);

    private static readonly DiagnosticDescriptor TooLarge = new(
        ModelErrorIds.TooLarge, "The model exceeds a limit", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0006", customTags: Tags);

    private static readonly DiagnosticDescriptor ExternalData = new(
        ModelErrorIds.ExternalData, "The model keeps weights in other files", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0007", customTags: Tags);

    private static readonly DiagnosticDescriptor HashChanged = new(
        ModelErrorIds.HashChanged, "The model file changed during the build", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0008", customTags: Tags);

    private static readonly DiagnosticDescriptor UnsupportedVersion = new(
        ModelErrorIds.UnsupportedVersion, "The model needs a newer version of its format than ModelGen knows", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0009", customTags: Tags);

    private static readonly DiagnosticDescriptor InvalidOption = new(
        ModelErrorIds.InvalidOption, "An option of the model is not valid", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0010", customTags: Tags);

    private static readonly DiagnosticDescriptor DuplicateClass = new(
        ModelErrorIds.DuplicateClass, "Two models ask for the same class", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0011", customTags: Tags);

    private static readonly DiagnosticDescriptor InvalidAttribute = new(
        ModelErrorIds.InvalidAttribute, "The attribute CompiledModel cannot be used here", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0012", customTags: Tags);

    private static readonly DiagnosticDescriptor OtherWeights = new(
        ModelErrorIds.OtherWeights, "The weights that the build embeds are not those of the code", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0013", customTags: Tags);

    private static readonly DiagnosticDescriptor InternalError = new(
        ModelErrorIds.InternalError, "ModelGen failed", "{0}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLinkBase + "mg0099", customTags: Tags);

    /// <summary>All descriptors, in the order of their ids.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = ImmutableArray.Create(
        FileMissing, NotAModel, UnsupportedOperator, UnboundDimension, TypeMismatch,
        TooLarge, ExternalData, HashChanged, UnsupportedVersion, InvalidOption,
        DuplicateClass, InvalidAttribute, OtherWeights, InternalError);

    /// <summary>Finds a descriptor.</summary>
    /// <param name="id">Diagnostic id.</param>
    /// <returns>Its descriptor; that of an internal error for an id without one.</returns>
    public static DiagnosticDescriptor Get(string id)
    {
        foreach (DiagnosticDescriptor descriptor in All)
        {
            if (descriptor.Id == id) return descriptor;
        }

        return All[All.Length - 1];
    }
}
