using System.IO;
using ModelGen.Tool.Benchmarking;
using ModelGen.Tool.Output;

namespace ModelGen.Tool.Commands;

/// <summary>Result of <c>modelgen bench</c> for people.</summary>
internal static class BenchSummary
{
    /// <summary>Writes the result.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="report">The result.</param>
    public static void Write(Terminal terminal, BenchReport report)
    {
        TextWriter output = terminal.Output;
        Measurement time = report.Measurement;
        output.WriteLine($"{report.Model}: profile {report.Profile}, {report.Runtime}, {report.VectorBits}-bit vectors");
        string median = Numbers.Measure(time.MedianMicroseconds), minimum = Numbers.Measure(time.MinimumMicroseconds);
        string rounds = $"{Numbers.Count(time.Rounds)} rounds of {Numbers.Count(time.RunsPerRound)} runs";
        output.WriteLine($"one run               median {median} us, minimum {minimum} us ({rounds})");
        output.WriteLine($"first run             {Numbers.Measure(time.FirstRunMicroseconds)} us");
        output.WriteLine($"allocated             {Numbers.Measure(time.AllocatedBytesPerRun)} bytes a run");
        string work = $"{Numbers.Count(report.MultiplyAccumulates)} of {Numbers.Count(report.DenseMultiplyAccumulates)} dense";
        output.WriteLine($"multiply-accumulates  {work}, {Numbers.Measure(report.MultiplyAccumulatesPerNanosecond)} a nanosecond");
        output.WriteLine($"model file            {Numbers.Count(report.FileBytes)} bytes");
        output.WriteLine($"weights               {Numbers.Count(report.WeightBytes)} bytes");
        output.WriteLine($"workspace             {Numbers.Count(report.WorkspaceBytes)} bytes");
        output.WriteLine($"assembly              {Numbers.Count(report.AssemblyBytes)} bytes, {Numbers.Count(report.InstructionBytes)} of them IL");
        string compiler = Numbers.Measure(report.CompileMilliseconds);
        output.WriteLine($"compile time          ModelGen {Numbers.Measure(report.EmitMilliseconds)} ms, C# compiler {compiler} ms");
    }
}
