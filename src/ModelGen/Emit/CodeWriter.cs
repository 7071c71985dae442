using System;
using System.Globalization;
using System.Text;

namespace ModelGen.Emit;

/// <summary>
/// Indenting text writer: lines end in <c>\n</c>, numbers are written in the invariant culture, and lines that would be wider than
/// <see cref="MaximumColumns"/> are broken at a comma (code) or space (comments).
/// </summary>
internal sealed class CodeWriter
{
    /// <summary>Columns that lines keep to where they can; tables of weights do not.</summary>
    private const int MaximumColumns = 140;

    private readonly int _columns;
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Creates an empty text.</summary>
    /// <param name="depth">Levels by which the text will be indented later.</param>
    public CodeWriter(int depth = 0) => _columns = MaximumColumns - 4 * depth;

    /// <summary>Writes an empty line.</summary>
    public void Line() => _text.Append('\n');

    /// <summary>Writes one line.</summary>
    public void Line(string line)
    {
        string text = line.TrimStart();
        int first = 4 * _depth + line.Length - text.Length, indent = first;
        while (indent + text.Length > _columns && LineBreak(text, _columns - indent) is int end and > 0)
        {
            _text.Append(' ', indent).Append(text, 0, end).Append('\n');

            // A comment goes on as a comment; code is indented once more.
            string prefix = text.StartsWith("///", StringComparison.Ordinal)
                ? "/// " : text.StartsWith("//", StringComparison.Ordinal) ? "// " : "";
            if (prefix.Length == 0) indent = first + 4;
            text = prefix + text.Substring(end).TrimStart();
        }

        if (text.Length > 0) _text.Append(' ', indent).Append(text);
        _text.Append('\n');
    }

    /// <summary>Writes one line; holes are formatted in the invariant culture.</summary>
    public void Line(FormattableString line) => Line(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes several lines, each indented to the current depth.</summary>
    public void Lines(string lines)
    {
        foreach (string line in lines.Replace("\r", "").TrimEnd('\n').Split('\n')) Line(line);
    }

    /// <summary>Writes <c>header { ... }</c>; dispose to close the block.</summary>
    public Block Block(string header)
    {
        Line(header);
        return Block();
    }

    /// <summary>Writes <c>header { ... }</c>; holes are formatted in the invariant culture.</summary>
    public Block Block(FormattableString header) => Block(header.ToString(CultureInfo.InvariantCulture));

    /// <summary>Opens a block of braces.</summary>
    public Block Block()
    {
        Line("{");
        _depth++;
        return new Block(this);
    }

    /// <summary>Indents without braces.</summary>
    public Indentation Indent()
    {
        _depth++;
        return new Indentation(this);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    internal void Close(bool brace)
    {
        _depth--;
        if (brace) Line("}");
    }

    /// <summary>
    /// Where a line is broken: after a comma or arrow (code) or before the last space (comment) within a width; 0 when nowhere. In the
    /// second half of a line the comma inside the fewest parentheses wins, so that a call is broken between its arguments and not within
    /// one.
    /// </summary>
    private static int LineBreak(string line, int width)
    {
        bool isComment = line.StartsWith("//", StringComparison.Ordinal);

        // Several spaces after the slashes: a row of the layer table.
        if (line.StartsWith("//   ", StringComparison.Ordinal)) return 0;
        int best = 0, depth = 0, bestDepth = int.MaxValue;
        bool isText = false;
        for (int i = 0; i < line.Length - 1; i++)
        {
            if (line[i] == '"' && !isComment) isText = !isText;
            if (!isComment && !isText && line[i] == '/' && line[i + 1] == '/') break;
            bool isBreak = isComment
                ? line[i] == ' ' && line[i + 1] != '%' && i > 4
                : !isText && line[i + 1] == ' ' && (line[i] == ',' || (line[i] == '>' && i > 0 && line[i - 1] == '='));
            if (!isComment && !isText)
                depth += line[i] is '(' or '<' or '[' ? 1 : line[i] is ')' or ']' || (line[i] == '>' && i > 0 && line[i - 1] != '=')
                ? -1 : 0;
            if (!isBreak) continue;
            int end = isComment ? i : i + 1;
            if (end > width && best > 0) break;
            if (depth > bestDepth && best > width / 2) continue;
            best = end;
            bestDepth = depth;
        }

        return best;
    }
}
