using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using System.Threading.Tasks;
using ModelGen.Compression.Data;
using ModelGen.Compression.Execution;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Training;

/// <summary>
/// Runs a compiled training step over batches on several threads. A batch is cut into parts of fixed size whose gradients are added in a
/// fixed order, so that the number of threads changes nothing but the time.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private readonly CompiledGraph _compiled;
    private readonly TrainingStep _step;
    private readonly GraphInstance[] _instances;
    private readonly int _part;
    private readonly TrainingLoss _loss;
    private readonly List<float[]> _parts = [];
    private double[] _losses = [];
    private int _steps;
    private double _norm;

    /// <summary>Compiles the step.</summary>
    /// <param name="step">The step, made for <paramref name="part"/> samples.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="part">Samples a run.</param>
    /// <param name="threads">Threads.</param>
    public Trainer(TrainingStep step, TrainingLoss loss, int part, int threads)
    {
        _step = step;
        _part = part;
        _loss = loss;
        _compiled = CompiledGraph.Compile(step.Graph, "training step");
        _instances = Enumerable.Range(0, threads).Select(_ => _compiled.CreateInstance()).ToArray();
        Parameters = step.Parameters.Select(parameter => new TrainedParameter(parameter)).ToArray();
        Grids = step.Grids.ToDictionary(name => name, _ => new float[4], StringComparer.Ordinal);
    }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>Grids of fake-quantized values: 1 / scale, scale, low, high; all zero leaves a value exact.</summary>
    public IReadOnlyDictionary<string, float[]> Grids { get; }

    /// <summary>Whether gradients of pruned weights may be left out, as they may once nothing is pruned any more.</summary>
    public bool OnlyKept { get; set; }

    /// <summary>Samples that a batch must be a multiple of.</summary>
    public int PartSize => _part;

    /// <summary>Computes the gradients of a batch.</summary>
    /// <param name="samples">All samples.</param>
    /// <param name="targets">Their targets.</param>
    /// <param name="batch">Indices of the batch; a multiple of <see cref="PartSize"/>.</param>
    /// <returns>The mean loss.</returns>
    public double ComputeGradients(SampleSet samples, Targets targets, ReadOnlyMemory<int> batch)
    {
        int parts = batch.Length / _part;
        ApplyParameters();
        int size = Parameters.Sum(parameter => parameter.Values.Length);
        while (_parts.Count < parts) _parts.Add(new float[size]);
        if (_losses.Length < parts) _losses = new double[parts];
        Parallel.For(0, _instances.Length, new ParallelOptions { MaxDegreeOfParallelism = _instances.Length }, worker =>
        {
            GraphInstance instance = _instances[worker];
            WriteShared(instance);
            for (int part = worker; part < parts; part += _instances.Length)
            {
                ReadOnlySpan<int> indices = batch.Span.Slice(part * _part, _part);
                WriteSamples(instance, samples, targets, indices);
                instance.Run();
                _losses[part] = instance.Output(TrainingStep.Loss)[0];
                int offset = 0;
                foreach (TrainedParameter parameter in Parameters)
                {
                    instance.Output($"{parameter.Parameter.Name}:gradient").CopyTo(_parts[part].AsSpan(offset));
                    offset += parameter.Values.Length;
                }
            }
        });
        int start = 0;
        foreach (TrainedParameter parameter in Parameters)
        {
            Span<float> gradient = parameter.Gradient;
            _parts[0].AsSpan(start, gradient.Length).CopyTo(gradient);
            for (int part = 1; part < parts; part++) TensorPrimitives.Add(gradient, _parts[part].AsSpan(start, gradient.Length), gradient);
            TensorPrimitives.Multiply(gradient, 1f / parts, gradient);
            start += gradient.Length;
        }

        return _losses.Take(parts).Average();
    }

    /// <summary>One step of Adam on what is kept.</summary>
    /// <param name="rate">Learning rate.</param>
    public void Update(float rate)
    {
        if (!Clip()) return;
        _steps++;
        Parallel.ForEach(Parameters, new ParallelOptions { MaxDegreeOfParallelism = _instances.Length }, parameter =>
            AdamStep.Apply(parameter, rate, _steps));
    }

    // A few samples can make gradients many times as large as usual, in recurrent layers above all; one such step would undo many.
    // Gradients that are no numbers would end every weight.
    private bool Clip()
    {
        const double Limit = 2.5, Smoothing = 0.02;
        double norm = Math.Sqrt(Parameters.Sum(parameter => (double)parameter.SquaredGradient()));
        if (!double.IsFinite(norm)) return false;
        _norm = _norm == 0 ? norm : _norm + Smoothing * (Math.Min(norm, Limit * _norm) - _norm);
        if (norm <= Limit * _norm) return true;
        foreach (TrainedParameter parameter in Parameters)
            TensorPrimitives.Multiply(parameter.Gradient, (float)(Limit * _norm / norm), parameter.Gradient);
        return true;
    }

    /// <summary>Recomputes the effective values of all parameters.</summary>
    public void ApplyParameters()
    {
        foreach (TrainedParameter parameter in Parameters) parameter.Apply(0, parameter.Rows);
    }

    /// <summary>Writes parameters and moments, so that <see cref="Load"/> goes on from here.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_steps);
        writer.Write(_norm);
        ParameterSnapshot.Of(Parameters).Save(writer);
        foreach (TrainedParameter parameter in Parameters)
        {
            writer.WriteFloats(parameter.FirstMoment);
            writer.WriteFloats(parameter.SecondMoment);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="IOException">That was of another network.</exception>
    public void Load(BinaryReader reader)
    {
        _steps = reader.ReadInt32();
        _norm = reader.ReadDouble();
        ParameterSnapshot.Load(reader).Restore(Parameters);
        foreach (TrainedParameter parameter in Parameters)
        {
            reader.ReadFloats(parameter.FirstMoment);
            reader.ReadFloats(parameter.SecondMoment);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _compiled.Dispose();

    private void WriteShared(GraphInstance instance)
    {
        foreach (TrainedParameter parameter in Parameters) parameter.Effective.CopyTo(instance.Input(parameter.Parameter.Name));
        foreach (TrainedParameter parameter in Parameters)
        {
            if (!TrainingStep.IsMasked(parameter.Parameter)) continue;
            Span<float> wanted = instance.Input(parameter.Parameter.Name + TrainingStep.Wanted);
            if (OnlyKept && parameter.Mask is not null) parameter.Mask.CopyTo(wanted);
            else wanted.Fill(1);
        }

        foreach ((string name, float[] grid) in Grids) grid.CopyTo(instance.Input($"{name}:grid"));
    }

    private void WriteSamples(GraphInstance instance, SampleSet samples, Targets targets, ReadOnlySpan<int> indices)
    {
        Span<float> input = instance.Input(_step.Graph.Inputs[0].Name);
        bool isClassification = _loss == TrainingLoss.Classification;
        Span<float> hard = isClassification ? instance.Input("target:hard") : default;
        Span<float> soft = isClassification ? instance.Input("target:soft") : default;
        Span<float> values = isClassification ? default : instance.Input("target:values");
        int outputs = targets.Outputs;
        for (int i = 0; i < indices.Length; i++)
        {
            samples[indices[i]].CopyTo(input[(i * samples.SampleSize)..]);
            if (isClassification)
            {
                targets.WriteHard(indices[i], hard.Slice(i * outputs, outputs));
                targets.WriteSoft(indices[i], soft.Slice(i * outputs, outputs));
            }
            else
            {
                targets.WriteValues(indices[i], values.Slice(i * outputs, outputs));
            }
        }
    }
}
