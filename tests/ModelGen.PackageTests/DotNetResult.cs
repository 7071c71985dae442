using System.Linq;
using System.Text.RegularExpressions;

namespace ModelGen.PackageTests;

/// <summary>What a run of the dotnet command left behind.</summary>
/// <param name="ExitCode">0 when it succeeded.</param>
/// <param name="Output">Everything it printed.</param>
internal sealed record DotNetResult(int ExitCode, string Output)
{
    /// <summary>Distinct lines that report an error (MSBuild repeats them in its summary).</summary>
    public string[] Errors => Output.Split('\n')
        .Select(line => line.Trim())
        .Where(line => Regex.IsMatch(line, @"\berror [A-Z]+\d+:"))
        .Distinct()
        .ToArray();
}
