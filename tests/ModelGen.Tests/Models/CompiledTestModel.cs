using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Tests.Reference;
using ModelGen.Tool.Execution;

namespace ModelGen.Tests.Models;

/// <summary>A model compiled to C#, that C# compiled and loaded; takes and gives the tensors of the reference.</summary>
internal sealed class CompiledTestModel : IDisposable
{
    private readonly LoadedModel _loaded;
    private readonly long[] _inputs;
    private readonly long[] _outputs;

    private CompiledTestModel(LoadedModel loaded)
    {
        _loaded = loaded;
        // Longs, because IModel.Run asks for buffers aligned to 8 bytes.
        _inputs = new long[(Info.InputBytes + 7) / 8];
        _outputs = new long[(Info.OutputBytes + 7) / 8];
    }

    public ModelInfo Info => _loaded.Model.Info;

    public static CompiledTestModel Compile(byte[] model, string fileName, Profile profile, params string[] extraOutputs)
        => Compile(model, fileName, new CompileOptions
        {
            Namespace = "Compiled",
            Profile = profile,
            ExtraOutputs = new EquatableArray<string>(extraOutputs)
        });

    public static CompiledTestModel Compile(byte[] model, string fileName, CompileOptions options, Func<string, string>? edit = null)
    {
        CompiledModel compiled = ModelCompiler.Compile(model, Path.GetFileName(fileName), options);
        return new CompiledTestModel(ModelLoader.Load(edit is null ? compiled : compiled with { Source = edit(compiled.Source) }, fileName));
    }

    /// <summary>Runs the model once.</summary>
    /// <param name="inputs">The inputs in the order of the model.</param>
    /// <returns>Every output by name.</returns>
    public IReadOnlyDictionary<string, ReferenceTensor> Run(params ReferenceTensor[] inputs)
    {
        Span<byte> input = MemoryMarshal.AsBytes(_inputs.AsSpan())[..Info.InputBytes];
        Span<byte> output = MemoryMarshal.AsBytes(_outputs.AsSpan())[..Info.OutputBytes];
        for (int i = 0; i < inputs.Length; i++) RawTensor.Write(Info.Inputs[i], inputs[i], input);
        _loaded.Model.Run(input, output);
        Dictionary<string, ReferenceTensor> values = new(StringComparer.Ordinal);
        foreach (TensorInfo info in Info.Outputs) values.Add(info.Name, RawTensor.Read(info, output));
        return values;
    }

    /// <summary>Bytes that a run allocates on the heap: the least of a few, because the runtime itself allocates now and then while it
    /// replaces code.</summary>
    public long AllocatedBytesPerRun()
    {
        Span<byte> input = MemoryMarshal.AsBytes(_inputs.AsSpan())[..Info.InputBytes];
        Span<byte> output = MemoryMarshal.AsBytes(_outputs.AsSpan())[..Info.OutputBytes];
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 4; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _loaded.Model.Run(input, output);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    public void Dispose() => _loaded.Dispose();
}
