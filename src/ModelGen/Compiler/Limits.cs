using System.Globalization;
using ModelGen.Graph;

namespace ModelGen.Compiler;

/// <summary>
/// Sizes beyond which a model is refused. A few bytes of a file can ask for gigabytes (a constant of a given shape, a window, a broadcast);
/// the compiler runs inside editors and builds and must end soon and small whatever the file says.
/// </summary>
internal static class Limits
{
    /// <summary>Bytes of one tensor that is computed at run time. Nothing near it runs on the devices this is for.</summary>
    public const long TensorBytes = 256L << 20;

    /// <summary>Bytes of one constant that is computed at build time.</summary>
    public const long ConstantBytes = 64L << 20;

    /// <summary>Bytes of all constants that are computed at build time.</summary>
    public const long FoldedBytes = 256L << 20;

    /// <summary>Positions of a sliding window.</summary>
    public const long WindowPositions = 1L << 20;

    /// <summary>Bytes of weights and tables that are written as C# where a resource can take them; the C# compiler needs some three seconds
    /// a megabyte.</summary>
    public const int PreferredSourceBytes = 256 << 10;

    /// <summary>Bytes of weights and tables as C#; its compiler takes minutes for more.</summary>
    public const long SourceBytes = 64L << 20;

    /// <summary>Bytes of weights and tables as a resource.</summary>
    public const long ResourceBytes = 512L << 20;

    /// <summary>Nodes of the model; planning takes time that grows with their square.</summary>
    public const int Nodes = 20_000;

    /// <summary>Refuses a tensor that is too large.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="name">Its name, for the message.</param>
    /// <exception cref="ModelException">It is.</exception>
    public static void CheckTensor(TensorType type, string name) => Check(type, name, TensorBytes);

    /// <summary>Refuses a constant that is too large, before memory is taken for it.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="name">Its name, for the message.</param>
    /// <exception cref="ModelException">It is.</exception>
    public static void CheckConstant(TensorType type, string name) => Check(type, name, ConstantBytes);

    /// <summary>The error of a limit that is exceeded.</summary>
    public static ModelException TooLarge(string message) => new(ModelErrorIds.TooLarge, message);

    /// <summary>A number with thousands separators.</summary>
    public static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Check(TensorType type, string name, long limit)
    {
        long bytes = (long)type.Shape.Count * type.Element.Size();
        if (bytes > limit) throw TooLarge($"tensor \"{name}\" of type {type} has {Text(bytes)} bytes; at most {Text(limit)} are supported");
    }
}
