namespace ModelGen.Benchmarks.Build;

/// <summary>What a build spends on a model.</summary>
/// <param name="WeightBytes">Bytes of float32 weights in the model file.</param>
/// <param name="GeneratorMilliseconds">From the bytes of the model file to C#; where the weights become a resource twice that, because the
/// task that writes it does the same.</param>
/// <param name="CompilerMilliseconds">The C# compiler with that source and resource, less the same for an empty class.</param>
/// <param name="PeakMegabytes">Most memory of the process that did both.</param>
/// <param name="BaselineMegabytes">The same for a model of next to nothing.</param>
internal sealed record BuildRow(
    long WeightBytes, double GeneratorMilliseconds, double CompilerMilliseconds, double PeakMegabytes, double BaselineMegabytes);
