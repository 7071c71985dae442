using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Samples;

/// <summary>Reads tables of numbers: one sample a line, values separated by commas or semicolons, a first line of names is passed
/// over.</summary>
internal static class CsvReader
{
    /// <summary>Reads a table.</summary>
    /// <param name="file">The whole file, UTF-8.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <returns>[lines, values] of float32; [lines] when there is one value a line.</returns>
    /// <exception cref="ToolException">A line has another number of values, or one that is no number.</exception>
    public static NumericTensor Read(byte[] file, string path)
    {
        string[] lines = Encoding.UTF8.GetString(file).TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        List<float> values = [];
        int columns = 0, rows = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            string[] cells = lines[i].Split(lines[i].Contains(';', StringComparison.Ordinal) ? ';' : ',');
            var row = new float[cells.Length];
            int bad = -1;
            for (int c = 0; c < cells.Length && bad < 0; c++)
                if (!float.TryParse(cells[c], NumberStyles.Float, CultureInfo.InvariantCulture, out row[c])) bad = c;
            if (bad >= 0 && rows == 0 && columns == 0)
            {
                columns = cells.Length;
                continue;
            }

            if (bad >= 0) throw new ToolException($"{path}: line {i + 1}, value {bad + 1}: '{cells[bad].Trim()}' is not a number");
            if (columns > 0 && cells.Length != columns)
                throw new ToolException($"{path}: line {i + 1} has {cells.Length} values, the lines before {columns}");
            columns = cells.Length;
            rows++;
            values.AddRange(row);
        }

        byte[] data = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)).ToArray();
        return new NumericTensor(TensorElementType.Float32, columns > 1 ? [rows, columns] : [rows], data);
    }
}
