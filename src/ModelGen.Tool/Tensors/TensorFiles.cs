using System;
using System.Collections.Generic;
using System.IO;
using ModelGen.Tool.Output;

namespace ModelGen.Tool.Tensors;

/// <summary>Reads and writes files of tensors; the ending of the name says the format.</summary>
internal static class TensorFiles
{
    /// <summary>Reads all tensors of a file.</summary>
    /// <param name="path">A .npy, .npz or .pb file.</param>
    /// <returns>Tensors with their names; the name is empty in a .npy file and in a .pb file that gives none.</returns>
    /// <exception cref="ToolException">The file is missing, damaged or of another format.</exception>
    public static IReadOnlyList<NamedTensor> Read(string path)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension is not (".npy" or ".npz" or ".pb"))
            throw new ToolException($"{path}: not a tensor file that is known by its ending (.npy, .npz or .pb)");
        byte[] file = InputFile.ReadAllBytes(path, Array.MaxLength);
        return extension switch
        {
            ".npy" => [new NamedTensor("", NpyReader.Read(file, path))],
            ".npz" => NpzReader.Read(file, path),
            _ => [OnnxTensorFile.Read(file, path)],
        };
    }

    /// <summary>Reads a file that must hold exactly one tensor.</summary>
    /// <param name="path">A .npy, .npz or .pb file.</param>
    /// <exception cref="ToolException">The file is missing, damaged or holds another number of tensors.</exception>
    public static NumericTensor ReadSingle(string path)
    {
        IReadOnlyList<NamedTensor> tensors = Read(path);
        return tensors.Count == 1 ? tensors[0].Tensor
            : throw new ToolException($"{path}: holds {tensors.Count} arrays where one is needed");
    }

    /// <summary>Writes tensors: .npz for any number, .npy and .pb for one.</summary>
    /// <param name="path">Target; replaced only when everything is written.</param>
    /// <param name="tensors">Tensors with their names.</param>
    /// <exception cref="ToolException">The format does not fit or the file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors)
    {
        CheckWritable(path, tensors.Count);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".npy": OutputFile.Write(path, stream => NpyWriter.Write(stream, tensors[0].Tensor)); break;
            case ".pb": OutputFile.Write(path, stream => OnnxTensorFile.Write(stream, tensors[0])); break;
            default: OutputFile.Write(path, stream => NpzWriter.Write(stream, tensors)); break;
        }
    }

    /// <summary>Checks before the work that its result can be written in the format that the name asks for.</summary>
    /// <param name="path">Target.</param>
    /// <param name="count">Number of tensors.</param>
    /// <exception cref="ToolException">It cannot.</exception>
    public static void CheckWritable(string path, int count)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension is not (".npy" or ".npz" or ".pb"))
            throw new ToolException($"{path}: give the output a name that ends in .npz, .npy or .pb");
        if (extension != ".npz" && count != 1)
            throw new ToolException($"{path}: a {extension} file holds one array and there are {count} outputs; use .npz");
    }
}
