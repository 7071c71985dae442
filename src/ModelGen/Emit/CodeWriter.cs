using System;
using System.Globalization;
using System.Text;

namespace ModelGen.Emit;

/// <summary>Indenting text writer: lines end in <c>\n</c>, numbers are written in the invariant culture.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes an empty line.</summary>
    public void Line() => _text.Append('\n');

    /// <summary>Writes one line.</summary>
    public void Line(string line)
    {
        if (line.Length > 0) _text.Append(' ', 4 * _depth).Append(line);
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
}

/// <summary>An open block of braces.</summary>
internal readonly struct Block(CodeWriter writer) : IDisposable
{
    /// <summary>Writes the closing brace.</summary>
    public void Dispose() => writer.Close(brace: true);
}

/// <summary>An open indentation.</summary>
internal readonly struct Indentation(CodeWriter writer) : IDisposable
{
    /// <summary>Ends the indentation.</summary>
    public void Dispose() => writer.Close(brace: false);
}
