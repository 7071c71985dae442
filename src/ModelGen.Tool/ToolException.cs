using System;

namespace ModelGen.Tool;

/// <summary>Something the user can put right: ends the tool with this one line on standard error and exit code 2.</summary>
internal sealed class ToolException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">One line: which file or option, what is wrong, what to do.</param>
    public ToolException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error from another one whose message is already part of <paramref name="message"/>.</summary>
    /// <param name="message">One line: which file or option, what is wrong, what to do.</param>
    /// <param name="innerException">What was caught.</param>
    public ToolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
