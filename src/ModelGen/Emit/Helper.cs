using System;
using System.Collections.Generic;

namespace ModelGen.Emit;

/// <summary>A method (or a few) of the emitted class that several layers may call; written only when one does.</summary>
internal sealed class Helper
{
    private readonly Lazy<string> _text;

    public Helper(string name, Func<string> text, params Helper[] dependencies)
    {
        Name = name;
        _text = new Lazy<string>(text);
        Dependencies = dependencies;
    }

    public Helper(string name, string text, params Helper[] dependencies)
        : this(name, () => text, dependencies)
    {
    }

    /// <summary>Unique name; helpers are written in the order of their names.</summary>
    public string Name { get; }

    public string Text => _text.Value;

    public IReadOnlyList<Helper> Dependencies { get; }
}

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
