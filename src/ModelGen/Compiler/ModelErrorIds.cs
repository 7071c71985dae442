namespace ModelGen.Compiler;

/// <summary>Ids of everything that ModelGen can report; docs/diagnostics.md has an anchor for each.</summary>
public static class ModelErrorIds
{
    /// <summary>The model file does not exist or cannot be read.</summary>
    public const string FileMissing = "MG0001";

    /// <summary>The file is not a model, or is cut short or damaged.</summary>
    public const string NotAModel = "MG0002";

    /// <summary>An operator (or a form of it) that ModelGen does not compile.</summary>
    public const string UnsupportedOperator = "MG0003";

    /// <summary>A dimension of an input is not known.</summary>
    public const string UnboundDimension = "MG0004";

    /// <summary>Shapes or element types of a node do not fit.</summary>
    public const string TypeMismatch = "MG0005";

    /// <summary>The model, a tensor or the emitted code exceeds a limit.</summary>
    public const string TooLarge = "MG0006";

    /// <summary>Weights are stored outside the model file.</summary>
    public const string ExternalData = "MG0007";

    /// <summary>The model file changed between the start of the build and its compilation.</summary>
    public const string HashChanged = "MG0008";

    /// <summary>The model needs a newer opset or IR version than ModelGen knows.</summary>
    public const string UnsupportedVersion = "MG0009";

    /// <summary>An option of the item is not valid.</summary>
    public const string InvalidOption = "MG0010";

    /// <summary>Two models ask for the same class.</summary>
    public const string DuplicateClass = "MG0011";

    /// <summary>An attribute names a file that is not a ModelGenModel item, or a class that is not partial.</summary>
    public const string InvalidAttribute = "MG0012";

    /// <summary>The resource of weights that the build wrote is not that of the code.</summary>
    public const string OtherWeights = "MG0013";

    /// <summary>ModelGen itself failed; please report it.</summary>
    public const string InternalError = "MG0099";
}
