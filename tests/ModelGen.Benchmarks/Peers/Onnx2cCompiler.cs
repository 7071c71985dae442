using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;

namespace ModelGen.Benchmarks.Peers;

/// <summary>Networks in C, which onnx2c writes and gcc compiles for this processor.</summary>
/// <param name="Path">Path of onnx2c.</param>
/// <param name="Options">Further options for gcc.</param>
internal sealed record Onnx2cCompiler(string Path, IReadOnlyList<string> Options)
{
    // Where loops begin decides a sixth of their time.
    private static readonly string[] Fast = ["-O3", "-march=native", "-ffast-math", "-falign-functions=64", "-falign-loops=32"];

    /// <summary>Compiles a model and loads its code into this process.</summary>
    /// <param name="model">The model file.</param>
    /// <returns>A library, to be freed, with the function <c>entry</c>, which takes inputs and outputs in the order of the graph.</returns>
    /// <exception cref="PeerException">onnx2c or gcc refuses it.</exception>
    public nint Load(string model)
    {
        string folder = Directory.CreateTempSubdirectory("modelgen").FullName;
        try
        {
            string source = System.IO.Path.Combine(folder, "model.c"), code = System.IO.Path.Combine(folder, "model.o"), library = System.IO.Path.Combine(folder, "model.so");
            File.WriteAllText(source, ChildProcess.Run(Path, [model]));
            ChildProcess.Run("gcc", [.. Fast, .. Options, "-w", "-fPIC", "-c", source, "-o", code]);

            // Without -ffast-math, with which the library would change how the whole process rounds.
            ChildProcess.Run("gcc", ["-shared", code, "-o", library, "-lm"]);
            return NativeLibrary.Load(library);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
