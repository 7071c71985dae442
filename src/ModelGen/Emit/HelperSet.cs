using System;
using System.Collections.Generic;

namespace ModelGen.Emit;

/// <summary>The helpers that the layers written so far need.</summary>
internal sealed class HelperSet
{
    private readonly SortedDictionary<string, Helper> _helpers = new(StringComparer.Ordinal);

    public IEnumerable<Helper> Helpers => _helpers.Values;

    public void Use(Helper helper)
    {
        if (_helpers.ContainsKey(helper.Name)) return;
        _helpers.Add(helper.Name, helper);
        foreach (Helper dependency in helper.Dependencies) Use(dependency);
    }
}
