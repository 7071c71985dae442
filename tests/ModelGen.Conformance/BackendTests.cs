using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Compiler;
using Xunit;

namespace ModelGen.Conformance;

/// <summary>
/// Every case of the ONNX backend suite that uses supported operators, with all inputs fed at run time and with all but the first constant:
/// it passes, or is refused as expected-refusals.txt says.
/// </summary>
public sealed class BackendTests : IClassFixture<BackendTests.Outcomes>
{
    private readonly Outcomes _outcomes;

    public BackendTests(Outcomes outcomes) => _outcomes = outcomes;

    public static TheoryData<string, string, Profile> Cases()
    {
        TheoryData<string, string, Profile> data = [];
        foreach (CaseForm form in new[] { CaseForm.AsGiven, CaseForm.FirstInput })
        {
            // Without a row xunit reports an error instead of the reason to skip.
            IEnumerable<string> names = BackendSuite.SkipReason is null
                ? BackendSuite.Names().Where(name => BackendCase.Has(name, form)) : ["none"];
            foreach (string name in names)
            {
                data.Add(name, form.ToString(), Profile.Modern);
                data.Add(name, form.ToString(), Profile.Portable);
            }
        }

        return data;
    }

    [BackendTheory]
    [MemberData(nameof(Cases))]
    public void PassesOrIsRefusedAsListed(string name, string form, Profile profile)
    {
        CaseOutcome outcome = _outcomes.Of(name, Enum.Parse<CaseForm>(form), profile);
        string entry = ExpectedRefusals.Key(name, Enum.Parse<CaseForm>(form));
        bool isListed = ExpectedRefusals.Read().TryGetValue(entry, out string? reason);
        switch (outcome.Result)
        {
            case CaseResult.Failed:
                Assert.Fail($"{entry}, {profile}: {outcome.Detail}");
                break;
            case CaseResult.Refused:
                Assert.True(isListed, $"{entry}, {profile} is refused, which expected-refusals.txt does not say: {outcome.Detail}");
                break;
            default:
                Assert.False(isListed, $"{entry}, {profile} passes now; take it off expected-refusals.txt (\"{reason}\")");
                break;
        }
    }

    [BackendFact]
    public void MostCasesPass()
    {
        // A broken list of operators or of cases must not look like success.
        int refused = ExpectedRefusals.Read().Keys.Count(entry => !entry.Contains(' ', StringComparison.Ordinal));
        Assert.InRange(BackendSuite.Names().Count - refused, 500, int.MaxValue);
    }

    [BackendFact]
    public void EveryListedRefusalIsACase()
    {
        IReadOnlyList<string> names = BackendSuite.Names();
        Assert.Empty(ExpectedRefusals.Read().Keys.Except(names.Select(name => ExpectedRefusals.Key(name, CaseForm.AsGiven)))
            .Except(names.Select(name => ExpectedRefusals.Key(name, CaseForm.FirstInput))));
    }

    /// <summary>Outcomes of all cases, made once; written to the file that MODELGEN_CONFORMANCE_REPORT names.</summary>
    public sealed class Outcomes
    {
        private readonly Dictionary<(CaseForm, Profile), IReadOnlyDictionary<string, CaseOutcome>> _runs = [];

        internal CaseOutcome Of(string name, CaseForm form, Profile profile)
        {
            if (!_runs.TryGetValue((form, profile), out IReadOnlyDictionary<string, CaseOutcome>? outcomes))
            {
                string[] names = BackendSuite.Names().Where(candidate => BackendCase.Has(candidate, form)).ToArray();
                _runs[(form, profile)] = outcomes = SuiteRun.Run(names, form, profile);
                if (Environment.GetEnvironmentVariable("MODELGEN_CONFORMANCE_REPORT") is { Length: > 0 } path)
                {
                    File.AppendAllLines(path, outcomes.OrderBy(entry => entry.Key, StringComparer.Ordinal)
                        .Select(entry => $"{profile}\t{entry.Value.Result}\t{ExpectedRefusals.Key(entry.Key, form)}\t{entry.Value.Detail.ReplaceLineEndings(" ")}"));
                }
            }

            return outcomes[name];
        }
    }
}
