using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Planning;

/// <summary>Turns names of a model into C# identifiers, each used once.</summary>
internal sealed class IdentifierAllocator
{
    private static readonly HashSet<string> Keywords = new(
        ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit extern false "
        + "finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out override params private "
        + "protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked "
        + "unsafe ushort using virtual void volatile while").Split(' '), StringComparer.Ordinal);

    private readonly HashSet<string> _used;

    public IdentifierAllocator(IEnumerable<string> reserved) => _used = new HashSet<string>(reserved, StringComparer.OrdinalIgnoreCase);

    /// <summary>Words of a name: letters and digits of ASCII, split where anything else stands and before capitals.</summary>
    public static IReadOnlyList<string> Words(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (char c in name)
        {
            bool isWord = c < 128 && char.IsLetterOrDigit(c);
            if (!isWord || (char.IsUpper(c) && word.Length > 0 && !char.IsUpper(word[word.Length - 1])))
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
            }

            if (isWord) word.Append(c);
        }

        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }

    /// <summary><c>PascalCase</c>; empty when the name holds no usable character.</summary>
    public static string Pascal(string name)
    {
        string text = string.Concat(Words(name).Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
        return text.Length > 0 && char.IsDigit(text[0]) ? "_" + text : text;
    }

    /// <summary>A parameter name, <c>camelCase</c>.</summary>
    /// <param name="name">Name in the model.</param>
    /// <param name="otherwise">Name when that holds no usable character.</param>
    public string Parameter(string name, string otherwise)
    {
        string pascal = Pascal(name);
        if (pascal.Length > 40) pascal = "";
        string camel = pascal.Length == 0 ? otherwise : char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
        if (Keywords.Contains(camel)) camel = camel + "Tensor";
        string unique = camel;
        for (int i = 2; !_used.Add(unique); i++) unique = FormattableString.Invariant($"{camel}{i}");
        return unique;
    }
}
