using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>What a search remembers from one segment of the training to the next, besides the parameters.</summary>
internal sealed class SearchState
{
    /// <summary>Segments that are done.</summary>
    public int Segment { get; set; }

    /// <summary>Batches that were seen.</summary>
    public long Batch { get; set; }

    /// <summary>Whether a target bound, so that nothing more is pruned.</summary>
    public bool IsPruned { get; set; }

    /// <summary>How often more bits were given because fewer lost too much.</summary>
    public int Round { get; set; }

    /// <summary>Networks on the way.</summary>
    public List<CurvePoint> Curve { get; } = [];

    /// <summary>Densities with bits, measured in passing.</summary>
    public List<SweepPoint> Sweep { get; } = [];

    /// <summary>Bits of each row of each matrix, from the first segment on grids on.</summary>
    public int[][]? Bits { get; set; }

    /// <summary>Grids of activations.</summary>
    public IReadOnlyDictionary<string, ActivationGrid> Grids { get; set; } = new Dictionary<string, ActivationGrid>();

    /// <summary>Networks of earlier rounds, with fewer bits.</summary>
    public List<GridCandidate> Earlier { get; } = [];

    /// <summary>The best network of the last stretch.</summary>
    public ParameterSnapshot? Best { get; set; }

    /// <summary>Its quality.</summary>
    public double BestQuality { get; set; } = double.NegativeInfinity;

    /// <summary>Writes everything, with the grids of the weights.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="weights">The matrices.</param>
    public void Save(BinaryWriter writer, IReadOnlyList<TrainedParameter> weights)
    {
        writer.Write(Segment);
        writer.Write(Batch);
        writer.Write(IsPruned);
        writer.Write(Round);
        writer.Write(Curve.Count);
        foreach (CurvePoint point in Curve)
        {
            foreach (double number in (double[])[point.WeightsKept, point.WorkKept, point.Bits, point.Quality]) writer.Write(number);
            writer.Write(point.IsFinal);
        }

        writer.Write(Sweep.Count);
        foreach (SweepPoint point in Sweep)
        {
            foreach (double number in (double[])[point.WeightsKept, point.WorkKept, point.Microseconds, point.Microjoules, point.Quality])
                writer.Write(number);
            writer.Write(point.Bits);
            writer.Write(point.WeightBytes);
        }

        writer.Write(Bits is not null);
        foreach (int[] bits in Bits ?? []) GridCandidate.WriteBits(writer, bits);
        GridCandidate.Write(writer, Grids);
        foreach (TrainedParameter parameter in weights) GridCandidate.Write(writer, parameter.Grid);
        writer.Write(Earlier.Count);
        foreach (GridCandidate candidate in Earlier) candidate.Save(writer);
        writer.Write(BestQuality);
        writer.Write(Best is not null);
        Best?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, after the parameters were read.</summary>
    /// <exception cref="IOException">That was of another network.</exception>
    public void Load(BinaryReader reader, IReadOnlyList<TrainedParameter> weights)
    {
        Segment = reader.ReadInt32();
        Batch = reader.ReadInt64();
        IsPruned = reader.ReadBoolean();
        Round = reader.ReadInt32();
        Curve.Clear();
        for (int i = reader.ReadInt32(); i > 0; i--)
            Curve.Add(new CurvePoint(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(),
                reader.ReadBoolean()));
        Sweep.Clear();
        for (int i = reader.ReadInt32(); i > 0; i--)
        {
            double weightsKept = reader.ReadDouble(), workKept = reader.ReadDouble(), time = reader.ReadDouble(),
                energy = reader.ReadDouble();
            double quality = reader.ReadDouble();
            Sweep.Add(new SweepPoint(weightsKept, workKept, reader.ReadInt32(), reader.ReadInt64(), time, energy, quality));
        }

        Bits = reader.ReadBoolean() ? weights.Select(parameter => GridCandidate.ReadBits(reader, parameter.Rows)).ToArray() : null;
        Grids = GridCandidate.ReadGrids(reader);
        foreach (TrainedParameter parameter in weights) parameter.Grid = GridCandidate.ReadWeightGrid(reader, parameter.Rows);
        Earlier.Clear();
        for (int i = reader.ReadInt32(); i > 0; i--) Earlier.Add(GridCandidate.Load(reader, weights));
        BestQuality = reader.ReadDouble();
        Best = reader.ReadBoolean() ? ParameterSnapshot.Load(reader) : null;
    }
}
