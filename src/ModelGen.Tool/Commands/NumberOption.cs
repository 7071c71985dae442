using System.CommandLine;
using System.Globalization;

namespace ModelGen.Tool.Commands;

/// <summary>Options that are numbers: read in one way everywhere, so that a decimal comma is an error and not a thousands
/// separator.</summary>
internal static class NumberOption
{
    /// <summary>An option with a finite or infinite number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What help says.</param>
    /// <param name="fallback">The value when it is not given.</param>
    public static Option<double> Create(string name, string description, double fallback) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return value;
            result.AddError($"{name}: '{text}' is not a number (write 0.5 or 5e-1).");
            return fallback;
        },
    };
}
