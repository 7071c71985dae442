using System;
using System.Collections.Generic;
using System.IO;

namespace ModelGen.Conformance;

/// <summary>
/// Cases of supported operators that the compiler declines, with reasons: expected-refusals.txt. Lines are
/// <c>case: reason</c>; empty lines and those that start with <c>#</c> are comments.
/// </summary>
internal static class ExpectedRefusals
{
    /// <summary>How the list names a case in a form.</summary>
    public static string Key(string name, CaseForm form) => form == CaseForm.AsGiven ? name : name + " with constants";

    /// <summary>Reasons by case.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        using Stream stream = typeof(ExpectedRefusals).Assembly.GetManifestResourceStream("expected-refusals.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0) throw new FormatException($"expected-refusals.txt: \"{line}\" is not \"case: reason\"");
            reasons.Add(line[..colon], line[(colon + 2)..]);
        }

        return reasons;
    }
}
