using System;
using System.Collections.Generic;

namespace ModelGen.Emit;

/// <summary>A method (or a few) of the emitted class that several layers may call; written only when one does.</summary>
internal sealed class Helper
{
    /// <summary>Levels by which helpers are indented in the emitted file.</summary>
    public const int Depth = 2;

    /// <summary>Typed view of a part of the workspace or of a layer's scratch memory.</summary>
    public static readonly Helper View = new("View", """
        private static Span<T> View<T>(Span<byte> memory, int offset, int length)
            where T : struct => MemoryMarshal.Cast<byte, T>(memory.Slice(offset)).Slice(0, length);
        """);

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
