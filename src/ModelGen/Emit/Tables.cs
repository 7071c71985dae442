using System;
using System.Globalization;
using System.Text;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>Weights and tables in the emitted code: one run of constant data in the assembly.</summary>
internal static class Tables
{
    private const int LiteralsPerLine = 64;

    /// <summary>Expression for a table.</summary>
    public static string Expression(ConstantTable table, Plan plan)
    {
        int offset = table.Offset;
        if (plan.Options.Profile == Profile.Portable && table.Element == ElementType.Float32)
            return FormattableString.Invariant($"new ReadOnlySpan<float>(FloatTables, {offset / sizeof(float)}, {table.Length})");
        if (plan.Options.Profile == Profile.Modern && table.Element != ElementType.Float32) offset += FloatBytes(plan);
        return FormattableString.Invariant($"Table<{table.Element.Keyword()}>({offset}, {table.Length})");
    }

    /// <summary>Writes the data and its accessors.</summary>
    public static void Write(CodeWriter writer, Plan plan)
    {
        if (plan.Constants.Bytes == 0) return;
        writer.Line();
        writer.Line("// ── weights and tables ".PadRight(112, '─'));

        // Measured: the analysis takes three times as long as all the rest of compiling a large table.
        writer.Line();
        writer.Line("#nullable disable // there is nothing to analyse, and the compiler would look at every literal");
        if (plan.Options.Profile == Profile.Modern) WriteModern(writer, plan);
        else WritePortable(writer, plan);
    }

    private static int FloatBytes(Plan plan) => (plan.Constants.Floats.Count + 7) / 8 * 8;

    // 8 bytes a literal: the compiler's time and memory go with the number of literals.
    private static void WriteModern(CodeWriter writer, Plan plan)
    {
        byte[] bytes = [.. plan.Constants.Floats, .. new byte[FloatBytes(plan) - plan.Constants.Floats.Count], .. plan.Constants.Integers];
        Array.Resize(ref bytes, (bytes.Length + 7) / 8 * 8);
        writer.Line();
        writer.Lines("""
            private static ReadOnlySpan<T> Table<T>(int offset, int length)
                where T : struct =>
                MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<ulong, T>(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetReference(Data), (nint)offset)), length);
            """);
        writer.Line();
        writer.Line(FormattableString.Invariant($"// {plan.Constants.Bytes:N0} bytes, little-endian, read in place."));
        writer.Line("private static ReadOnlySpan<ulong> Data => new ulong[]");
        writer.Line("{");
        for (int i = 0; i < bytes.Length; i += 8 * LiteralsPerLine)
        {
            var line = new StringBuilder("    ");
            for (int j = i; j < Math.Min(bytes.Length, i + 8 * LiteralsPerLine); j += 8)
                line.Append("0x").Append(BitConverter.ToUInt64(bytes, j).ToString("x", CultureInfo.InvariantCulture)).Append(',');
            writer.Line(line.ToString());
        }

        writer.Line("};");
    }

    // Only bytes can be read in place on netstandard2.1; floats are copied once to an array, which aligns them.
    private static void WritePortable(CodeWriter writer, Plan plan)
    {
        if (plan.Constants.Integers.Count > 0)
        {
            writer.Line();
            writer.Lines("""
                private static ReadOnlySpan<T> Table<T>(int offset, int length)
                    where T : struct => MemoryMarshal.Cast<byte, T>(Data.Slice(offset)).Slice(0, length);
                """);
            writer.Line();
            WriteBytes(writer, "Data", [.. plan.Constants.Integers]);
        }

        if (plan.Constants.Floats.Count == 0) return;
        writer.Line();
        writer.Lines("""
            private static readonly float[] FloatTables = ReadFloats(FloatData);

            private static float[] ReadFloats(ReadOnlySpan<byte> data)
            {
                var floats = new float[data.Length / 4];
                for (int i = 0; i < floats.Length; i++)
                    floats[i] = BitConverter.Int32BitsToSingle(data[4 * i] | data[4 * i + 1] << 8 | data[4 * i + 2] << 16 | data[4 * i + 3] << 24);
                return floats;
            }
            """);
        writer.Line();
        WriteBytes(writer, "FloatData", [.. plan.Constants.Floats]);
    }

    private static void WriteBytes(CodeWriter writer, string name, byte[] bytes)
    {
        writer.Line($"private static ReadOnlySpan<byte> {name} => new byte[]");
        writer.Line("{");
        for (int i = 0; i < bytes.Length; i += 2 * LiteralsPerLine)
        {
            var line = new StringBuilder("    ");
            for (int j = i; j < Math.Min(bytes.Length, i + 2 * LiteralsPerLine); j++)
                line.Append(bytes[j].ToString(CultureInfo.InvariantCulture)).Append(',');
            writer.Line(line.ToString());
        }

        writer.Line("};");
    }
}
