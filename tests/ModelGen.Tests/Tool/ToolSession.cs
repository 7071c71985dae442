using System;
using System.IO;
using System.Runtime.InteropServices;
using ModelGen.Tool;
using ModelGen.Tool.Output;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tests.Tool;

/// <summary>Runs the tool in-process in a folder of its own.</summary>
internal sealed class ToolSession : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modelgen-tool-").FullName;

    /// <summary>What the last run wrote to standard output.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What the last run wrote to standard error.</summary>
    public string Error { get; private set; } = "";

    public string PathOf(string name) => Path.Combine(_folder, name);

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public string WriteFloats(string name, int[] shape, params float[] values)
    {
        NumericTensor tensor = new(TensorElementType.Float32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());
        TensorFiles.Write(PathOf(name), [new NamedTensor("", tensor)]);
        return PathOf(name);
    }

    public string WriteBytes(string name, int[] shape, params byte[] values)
    {
        TensorFiles.Write(PathOf(name), [new NamedTensor("", new NumericTensor(TensorElementType.UInt8, shape, values))]);
        return PathOf(name);
    }

    public int Run(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int exitCode = ToolApplication.Run(arguments, new Terminal(output, error, isInteractive: false));
        Output = output.ToString();
        Error = error.ToString();
        return exitCode;
    }

    public string[] Files() => Directory.GetFiles(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
