using System;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.Compression.Report;

/// <summary>
/// Writes HTML that is well-formed XML too. Text and attribute values are always escaped, so that no name from a model can become markup.
/// </summary>
internal sealed class MarkupWriter
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element; disposing of the result closes it.</summary>
    /// <param name="name">Name of the element.</param>
    /// <param name="attributes">Names and values.</param>
    public IDisposable Element(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        _text.Append('>');
        _open.Push(name);
        return new Scope(this);
    }

    /// <summary>Writes an element with nothing but text in it.</summary>
    /// <param name="name">Name of the element.</param>
    /// <param name="text">Its text.</param>
    /// <param name="attributes">Names and values.</param>
    public void Leaf(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        using (Element(name, attributes)) Text(text);
    }

    /// <summary>Writes an element without content, for example <c>meta</c> or <c>rect</c>.</summary>
    /// <param name="name">Name of the element.</param>
    /// <param name="attributes">Names and values.</param>
    public void Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes);
        _text.Append("/>");
    }

    /// <summary>Writes text.</summary>
    /// <param name="text">Any text.</param>
    public void Text(string text) => MarkupText.Escape(_text, text);

    /// <summary>Starts a new line, for people who read the source.</summary>
    public void Line() => _text.Append('\n');

    /// <summary>Writes a line that is markup already.</summary>
    /// <param name="markup">A constant of this program, never text from a model.</param>
    public void Constant(string markup) => _text.Append(markup).Append('\n');

    /// <summary>The document so far.</summary>
    /// <exception cref="InvalidOperationException">An element is open.</exception>
    public override string ToString()
        => _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"Element {_open.Peek()} is open.");

    private void Start(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach ((string attribute, string value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"");
            MarkupText.Escape(_text, value);
            _text.Append('"');
        }
    }

    private void Close()
    {
        string name = _open.Pop();
        _text.Append("</").Append(name).Append('>');
    }

    private sealed class Scope(MarkupWriter writer) : IDisposable
    {
        public void Dispose() => writer.Close();
    }
}
