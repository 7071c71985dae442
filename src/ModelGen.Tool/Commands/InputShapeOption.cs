using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using ModelGen.Compiler;

namespace ModelGen.Tool.Commands;

/// <summary><c>--input-shape</c>: dimensions that a model leaves open.</summary>
internal static class InputShapeOption
{
    /// <summary>Makes the option.</summary>
    public static Option<string[]> Create() => new("--input-shape")
    {
        Description = "Dimensions of an input that the model leaves open, as 1x3x96x96 or NAME:1x3x96x96. May be repeated.",
        HelpName = "NAME:1x3x..",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Reads its values.</summary>
    /// <param name="result">Parsed command line.</param>
    /// <param name="option">The option.</param>
    /// <exception cref="ToolException">A shape cannot be read.</exception>
    public static EquatableArray<InputShape> Read(ParseResult result, Option<string[]> option)
        => new((result.GetValue(option) ?? []).Select(Parse));

    private static InputShape Parse(string text)
    {
        // Tensor names contain colons ("input:0"), dimensions do not.
        int colon = text.LastIndexOf(':');
        List<int> dimensions = [];
        foreach (string part in text[(colon + 1)..].Split('x', ','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int dimension) || dimension < 1)
                throw new ToolException($"--input-shape {text}: write dimensions as 1x3x96x96 or NAME:1x3x96x96");
            dimensions.Add(dimension);
        }

        return new InputShape(colon < 0 ? "" : text[..colon], new EquatableArray<int>(dimensions));
    }
}
