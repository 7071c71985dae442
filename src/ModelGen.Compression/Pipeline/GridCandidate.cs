using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Rounding;
using ModelGen.Compression.Training;

namespace ModelGen.Compression.Pipeline;

/// <summary>A network on grids that a search may come back to.</summary>
/// <param name="Round">How often more bits had been given (<see cref="SearchState.Round"/>).</param>
/// <param name="Quality">Its quality on the validation samples.</param>
/// <param name="Parameters">All parameters.</param>
/// <param name="Bits">Bits of each row of each matrix.</param>
/// <param name="WeightGrids">Grid of each matrix.</param>
/// <param name="Grids">Grids of activations.</param>
internal sealed record GridCandidate(
    int Round, double Quality, ParameterSnapshot Parameters, int[][] Bits, WeightGrid?[] WeightGrids,
    IReadOnlyDictionary<string, ActivationGrid> Grids)
{
    /// <summary>Writes it.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Round);
        writer.Write(Quality);
        Parameters.Save(writer);
        foreach (int[] bits in Bits) WriteBits(writer, bits);
        foreach (WeightGrid? grid in WeightGrids) Write(writer, grid);
        Write(writer, Grids);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="weights">The matrices.</param>
    /// <exception cref="IOException">That was of another network.</exception>
    public static GridCandidate Load(BinaryReader reader, IReadOnlyList<TrainedParameter> weights) => new(
        reader.ReadInt32(), reader.ReadDouble(), ParameterSnapshot.Load(reader),
        weights.Select(parameter => ReadBits(reader, parameter.Rows)).ToArray(),
        weights.Select(parameter => ReadWeightGrid(reader, parameter.Rows)).ToArray(), ReadGrids(reader));

    /// <summary>Writes the bits of a matrix' rows.</summary>
    public static void WriteBits(BinaryWriter writer, ReadOnlySpan<int> bits)
    {
        foreach (int number in bits) writer.Write((byte)number);
    }

    /// <summary>Reads what <see cref="WriteBits"/> wrote.</summary>
    public static int[] ReadBits(BinaryReader reader, int rows)
    {
        byte[] bits = reader.ReadBytes(rows);
        return bits.Length == rows ? Array.ConvertAll(bits, number => (int)number) : throw new EndOfStreamException();
    }

    /// <summary>Writes the grid of a matrix.</summary>
    public static void Write(BinaryWriter writer, WeightGrid? grid)
    {
        writer.Write(grid is not null);
        if (grid is null) return;
        writer.WriteFloats(grid.Scales);
        WriteBits(writer, grid.Bits);
    }

    /// <summary>Reads the grid of a matrix.</summary>
    public static WeightGrid? ReadWeightGrid(BinaryReader reader, int rows) =>
        reader.ReadBoolean() ? new WeightGrid(reader.ReadFloats(), ReadBits(reader, rows)) : null;

    /// <summary>Writes grids of activations.</summary>
    public static void Write(BinaryWriter writer, IReadOnlyDictionary<string, ActivationGrid> grids)
    {
        writer.Write(grids.Count);
        foreach ((string name, ActivationGrid grid) in grids.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(grid.Scale);
            writer.Write(grid.ZeroPoint);
        }
    }

    /// <summary>Reads grids of activations.</summary>
    public static IReadOnlyDictionary<string, ActivationGrid> ReadGrids(BinaryReader reader)
    {
        var grids = new Dictionary<string, ActivationGrid>(StringComparer.Ordinal);
        for (int i = reader.ReadInt32(); i > 0; i--)
            grids[reader.ReadString()] = new ActivationGrid(reader.ReadSingle(), reader.ReadInt32());
        return grids;
    }
}
