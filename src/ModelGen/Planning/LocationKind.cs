namespace ModelGen.Planning;

/// <summary>Kinds of places.</summary>
internal enum LocationKind
{
    /// <summary>The caller's input.</summary>
    Input,

    /// <summary>The caller's output.</summary>
    Output,

    /// <summary>The workspace.</summary>
    Workspace,
}
