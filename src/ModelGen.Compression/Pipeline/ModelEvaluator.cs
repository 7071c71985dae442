using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using ModelGen.Compiler;
using ModelGen.Compression.Data;
using ModelGen.Compression.Execution;

namespace ModelGen.Compression.Pipeline;

/// <summary>A model file compiled as users will compile it, run over samples: what counts in the end.</summary>
internal sealed class ModelEvaluator : IDisposable
{
    private readonly LoadedModel _loaded;

    /// <summary>Compiles a file for the least bytes of code and weights.</summary>
    /// <param name="file">The file.</param>
    /// <param name="fileName">Its name, for messages.</param>
    /// <param name="inputShapes">Dimensions of inputs that it leaves open.</param>
    public ModelEvaluator(byte[] file, string fileName, EquatableArray<InputShape> inputShapes = default)
    {
        CompiledModel compiled = ModelCompiler.Compile(file, fileName, new CompileOptions
        {
            Namespace = "ModelGen.InProcess",
            Optimize = Optimization.Size,
            InputShapes = inputShapes,
            WeightsResource = ModelLoader.WeightsResource,
        });
        Report = compiled.Report;
        _loaded = ModelLoader.Load(compiled, fileName);
    }

    /// <summary>What the compiler says of it.</summary>
    public ModelReport Report { get; }

    /// <summary>First outputs of all samples.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="threads">Threads.</param>
    public float[] Run(SampleSet samples, int threads)
    {
        int size = Report.Outputs[0].Shape.Aggregate(1, (a, b) => a * b);
        var results = new float[samples.Count * size];
        Type type = _loaded.Model.GetType();
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, worker =>
        {
            var model = (IModel)Activator.CreateInstance(type)!;
            var input = new long[(model.Info.InputBytes + 7) / 8];
            var output = new long[(model.Info.OutputBytes + 7) / 8];
            Span<byte> inputBytes = MemoryMarshal.AsBytes(input.AsSpan())[..model.Info.InputBytes];
            Span<byte> outputBytes = MemoryMarshal.AsBytes(output.AsSpan())[..model.Info.OutputBytes];
            for (int i = worker; i < samples.Count; i += threads)
            {
                MemoryMarshal.AsBytes(samples[i]).CopyTo(inputBytes);
                model.Run(inputBytes, outputBytes);
                MemoryMarshal.Cast<byte, float>(outputBytes[model.Info.Outputs[0].ByteOffset..])[..size].CopyTo(results.AsSpan(i * size));
            }
        });
        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _loaded.Dispose();
}
