using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Execution;

/// <summary>Resolves options of the form <c>FILE</c> or <c>NAME=FILE</c> to arrays for the inputs or outputs of a model.</summary>
internal static class NamedFiles
{
    /// <summary>Reads the files and gives every array its tensor.</summary>
    /// <param name="arguments">
    /// The option's values. A file without a name serves the default tensor; the arrays of a .npz file without a name go by their own
    /// names.
    /// </param>
    /// <param name="names">Names of the tensors in the model.</param>
    /// <param name="defaultName">The tensor that a file without a name is for, or <see langword="null"/> when there are several.</param>
    /// <param name="option">The option, for messages.</param>
    /// <param name="kind">What the tensors are, for messages: <c>input</c> or <c>output</c>.</param>
    /// <returns>Arrays under the names of the model, with what to call them in messages.</returns>
    /// <exception cref="ToolException">A file cannot be read, or it is not clear which tensor it is for.</exception>
    public static Dictionary<string, NamedFile> Read(
        IReadOnlyList<string> arguments, IReadOnlyList<string> names, string? defaultName, string option, string kind)
    {
        Dictionary<string, NamedFile> result = new(StringComparer.Ordinal);
        foreach (string argument in arguments)
        {
            (string name, string path) = Split(argument, names, option, kind);
            IReadOnlyList<NamedTensor> tensors = TensorFiles.Read(path);
            if (name.Length == 0 && tensors.Count != 1 && tensors.All(t => t.Name.Length > 0))
            {
                foreach (NamedTensor tensor in tensors)
                {
                    if (!names.Contains(tensor.Name)) throw new ToolException($"{path}: {Unknown(kind, tensor.Name, names)}");
                    Add(result, tensor.Name, new NamedFile($"{path} ({tensor.Name})", tensor.Tensor), option);
                }
                continue;
            }
            if (tensors.Count != 1)
                throw new ToolException($"{path}: holds {tensors.Count} arrays; with a name one is needed ({option} {name}=FILE.npy)");
            if (name.Length == 0) name = NameFor(tensors[0].Name, names, defaultName, option, kind, path);
            Add(result, name, new NamedFile(path, tensors[0].Tensor), option);
        }
        return result;
    }

    private static (string Name, string Path) Split(string argument, IReadOnlyList<string> names, string option, string kind)
    {
        // Both names and paths may contain '=': a name of the model wins, then a file that exists as it is written.
        for (int equals = argument.IndexOf('='); equals >= 0; equals = argument.IndexOf('=', equals + 1))
        {
            if (names.Contains(argument[..equals])) return (argument[..equals], argument[(equals + 1)..]);
        }
        int first = argument.IndexOf('=');
        if (first < 0 || File.Exists(argument)) return ("", argument);
        throw new ToolException($"{option} {argument}: {Unknown(kind, argument[..first], names)}");
    }

    private static string NameFor(string nameInFile, IReadOnlyList<string> names, string? defaultName, string option, string kind,
        string path)
    {
        if (nameInFile.Length > 0 && names.Contains(nameInFile)) return nameInFile;
        return defaultName ?? throw new ToolException(
            $"{option} {path}: the model has {names.Count} {kind}s; say which with {option} NAME={path} ({string.Join(", ", names)})");
    }

    private static string Unknown(string kind, string name, IReadOnlyList<string> names)
        => $"the model has no {kind} '{name}'; it has {string.Join(", ", names.Select(n => $"'{n}'"))}";

    private static void Add(Dictionary<string, NamedFile> result, string name, NamedFile file, string option)
    {
        if (!result.TryAdd(name, file)) throw new ToolException($"{option}: '{name}' is given twice");
    }
}
