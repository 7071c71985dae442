using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelGen.Tests.Support;

/// <summary>An array of a .npy file (numpy/lib/format.py, versions 1 to 3), its elements widened to double.</summary>
internal sealed partial class NpyArray
{
    private NpyArray(int[] dims, double[] values)
    {
        Dims = dims;
        Values = values;
    }

    public int[] Dims { get; }

    public double[] Values { get; }

    /// <summary>Elements of one entry of the first axis.</summary>
    public int SampleSize => Values.Length / Math.Max(1, Dims[0]);

    /// <summary>One entry of the first axis.</summary>
    public double[] Sample(int index) => Values[(index * SampleSize)..((index + 1) * SampleSize)];

    public static NpyArray Load(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        bool wide = file[6] > 1;
        int start = wide ? 12 : 10;
        int length = wide ? BitConverter.ToInt32(file, 8) : BitConverter.ToUInt16(file, 8);
        string header = Encoding.UTF8.GetString(file, start, length);
        if (header.Contains("'fortran_order': True", StringComparison.Ordinal)) throw new NotSupportedException("Column-major arrays are not read.");
        string type = Descriptor().Match(header).Groups[1].Value;
        int[] dims = Shape().Match(header).Groups[1].Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(d => int.Parse(d, CultureInfo.InvariantCulture)).ToArray();
        int size = int.Parse(type[2..], CultureInfo.InvariantCulture);
        double[] values = new double[dims.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            int at = start + length + i * size;
            values[i] = type[1..] switch
            {
                "f4" => BitConverter.ToSingle(file, at),
                "f8" => BitConverter.ToDouble(file, at),
                "f2" => (double)BitConverter.ToHalf(file, at),
                "i1" => (sbyte)file[at],
                "u1" or "b1" => file[at],
                "i2" => BitConverter.ToInt16(file, at),
                "i4" => BitConverter.ToInt32(file, at),
                "i8" => BitConverter.ToInt64(file, at),
                _ => throw new NotSupportedException($"Element type {type} is not read."),
            };
        }

        return new NpyArray(dims, values);
    }

    [GeneratedRegex("'descr': '([^']+)'")]
    private static partial Regex Descriptor();

    [GeneratedRegex(@"'shape': \(([^)]*)\)")]
    private static partial Regex Shape();
}
