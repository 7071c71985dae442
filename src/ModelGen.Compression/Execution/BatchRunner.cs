using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compression.Data;
using ModelGen.Compression.LinearAlgebra;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Execution;

/// <summary>Runs the way forward of a network over many samples on several threads.</summary>
internal sealed class BatchRunner : IDisposable
{
    private readonly CompiledGraph _compiled;
    private readonly TrainingStep _step;
    private readonly GraphInstance[] _instances;
    private readonly int _part;

    /// <summary>Compiles the graph.</summary>
    /// <param name="step">The way forward, made for <paramref name="part"/> samples.</param>
    /// <param name="part">Samples a run.</param>
    /// <param name="threads">Threads.</param>
    public BatchRunner(TrainingStep step, int part, int threads)
    {
        _step = step;
        _part = part;
        _compiled = CompiledGraph.Compile(step.Graph, "forward pass");
        _instances = Enumerable.Range(0, threads).Select(_ => _compiled.CreateInstance()).ToArray();
        foreach (GraphInstance instance in _instances)
            foreach (Parameter parameter in step.Parameters) parameter.Initial.ToFloats().CopyTo(instance.Input(parameter.Name));
    }

    /// <summary>Outputs of the network a sample.</summary>
    public int OutputSize => _compiled.Outputs[TrainingStep.Output].Length / _part;

    /// <summary>Takes over parameters and grids.</summary>
    /// <param name="parameters">Values by name.</param>
    /// <param name="grids">Grids by the name of the value: 1 / scale, scale, low, high.</param>
    public void Set(IEnumerable<KeyValuePair<string, float[]>> parameters, IReadOnlyDictionary<string, float[]> grids)
    {
        KeyValuePair<string, float[]>[] values = parameters.ToArray();
        foreach (GraphInstance instance in _instances)
        {
            foreach ((string name, float[] value) in values) value.CopyTo(instance.Input(name));
            foreach (string name in _step.Grids)
            {
                if (grids.TryGetValue(name, out float[]? grid)) grid.CopyTo(instance.Input($"{name}:grid"));
                else instance.Input($"{name}:grid").Clear();
            }
        }
    }

    /// <summary>Runs all samples.</summary>
    /// <param name="samples">The samples.</param>
    /// <returns>Outputs, [samples, outputs].</returns>
    public float[] Run(SampleSet samples)
    {
        var results = new float[samples.Count * OutputSize];
        ForEachPart(samples, (instance, first, count) =>
            instance.Output(TrainingStep.Output)[..(count * OutputSize)].CopyTo(results.AsSpan(first * OutputSize)));
        return results;
    }

    /// <summary>Runs all samples and shows each part of the results.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="visit">
    /// Gets the instance after a run, the first sample and their number; called from several threads, but for a part by one. The last part
    /// may hold samples twice behind its number.
    /// </param>
    public void ForEachPart(SampleSet samples, Action<GraphInstance, int, int> visit)
    {
        int parts = (samples.Count + _part - 1) / _part;
        Workers.Run(_instances.Length, _instances.Length, worker =>
        {
            GraphInstance instance = _instances[worker];
            for (int part = worker; part < parts; part += _instances.Length)
            {
                int first = part * _part, count = Math.Min(_part, samples.Count - first);
                Span<float> input = instance.Input(_step.Graph.Inputs[0].Name);
                for (int i = 0; i < _part; i++) samples[first + i % count].CopyTo(input[(i * samples.SampleSize)..]);
                instance.Run();
                visit(instance, first, count);
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _compiled.Dispose();
}
