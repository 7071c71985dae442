using System;
using System.Text;

namespace ModelGen.Compression.Report;

/// <summary>Makes any text safe in HTML, XML and SVG.</summary>
internal static class MarkupText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Appends text with markup escaped. Characters that XML does not allow, and those that turn the direction of the text after
    /// them, become U+FFFD.</summary>
    /// <param name="target">Where to append.</param>
    /// <param name="text">Any text, well-formed UTF-16 or not.</param>
    public static void Escape(StringBuilder target, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                target.Append(c).Append(text[++i]);
                continue;
            }

            switch (c)
            {
                case '&': target.Append("&amp;"); break;
                case '<': target.Append("&lt;"); break;
                case '>': target.Append("&gt;"); break;
                case '"': target.Append("&quot;"); break;
                case '\'': target.Append("&#39;"); break;
                case '\t' or '\n' or '\r': target.Append(' '); break;
                default: target.Append(IsForbidden(c) ? Replacement : c); break;
            }
        }
    }

    /// <summary>Text of at most so many characters; longer text is cut in its middle, where names differ least.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="most">Most characters, 3 or more.</param>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most) return text;
        int head = most / 2, tail = most - head - 1;
        return string.Concat(text.AsSpan(0, head), "\u2026", text.AsSpan(text.Length - tail));
    }

    // Controls, lone surrogates, non-characters; embeddings, overrides and isolates of the bidirectional algorithm (UAX #9).
    private static bool IsForbidden(char c) => c < ' ' || c is >= '\u007F' and <= '\u009F' || char.IsSurrogate(c) || c >= '\uFFFE'
        || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';
}
