using System.CommandLine;

namespace ModelGen.Tool.Commands;

/// <summary>Options that several commands have.</summary>
internal static class SharedOptions
{
    /// <summary><c>--input</c>: the arrays to run on.</summary>
    public static Option<string[]> Input() => new("--input", "-i")
    {
        Description = "Input array: FILE, or NAME=FILE when the model has several inputs (.npy, .npz, .pb). " +
            "Samples along a leading axis run one by one. May be repeated.",
        HelpName = "[NAME=]FILE",
        DefaultValueFactory = _ => [],
    };

    /// <summary><c>--json</c>: one JSON document instead of text.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Writes one JSON document instead of text." };
}
