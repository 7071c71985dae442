using System;

namespace ModelGen.Compression;

/// <summary>Why a model or its data cannot be used: one line that names the file or node, what is wrong and what to do.</summary>
public sealed class CompressionException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">One line.</param>
    public CompressionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error from another one whose message is already part of <paramref name="message"/>.</summary>
    /// <param name="message">One line.</param>
    /// <param name="innerException">What was caught.</param>
    public CompressionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
