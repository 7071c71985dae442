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
        if (plan.Options.Profile == Profile.Modern && table.Element != ElementType.Float32)
            offset += WeightsBlob.IntegersOffset(plan.Constants);
        return FormattableString.Invariant($"Table<{table.Element.Keyword()}>({offset}, {table.Length})");
    }

    /// <summary>Writes the data and its accessors.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="resource">The data, if it is a resource.</param>
    public static void Write(CodeWriter writer, Plan plan, EmbeddedWeights? resource)
    {
        if (plan.Constants.Bytes == 0) return;
        writer.Line();
        writer.Line("// ── weights and tables ".PadRight(112, '─'));

        // Measured: the analysis takes three times as long as all the rest of compiling a large table.
        if (resource is null)
        {
            writer.Line();
            writer.Line("#nullable disable // there is nothing to analyse, and the compiler would look at every literal");
        }
        else
        {
            WriteResource(writer, plan, resource);
        }

        if (plan.Options.Profile == Profile.Modern) WriteModern(writer, plan, resource);
        else WritePortable(writer, plan, resource);
    }

    private static void WriteResource(CodeWriter writer, Plan plan, EmbeddedWeights resource)
    {
        writer.Line();
        writer.Lines($"""
            // {Count(plan)} bytes, little-endian, in a resource of the assembly, read in place.
            private static readonly ModelWeights Weights = ModelWeights.Open(
                typeof({LayersClass.QualifiedName(plan)}), {Literals.Text(resource.Name)}, {Invariant(resource.DataBytes)}, 0x{resource.Fingerprint});
            """);
    }

    // 8 bytes a literal: the compiler's time and memory go with the number of literals.
    private static void WriteModern(CodeWriter writer, Plan plan, EmbeddedWeights? resource)
    {
        string element = resource is null ? "ulong" : "byte";
        writer.Line();
        writer.Lines($"""
            private static ReadOnlySpan<T> Table<T>(int offset, int length)
                where T : struct =>
                MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<{element}, T>(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetReference(Data), (nint)offset)), length);
            """);
        writer.Line();
        if (resource is not null)
        {
            writer.Line("private static ReadOnlySpan<byte> Data => Weights.Bytes;");
            return;
        }

        byte[] bytes = WeightsBlob.LayOut(plan.Constants);
        writer.Line($"// {Count(plan)} bytes, little-endian, read in place.");
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
    private static void WritePortable(CodeWriter writer, Plan plan, EmbeddedWeights? resource)
    {
        int integersOffset = WeightsBlob.IntegersOffset(plan.Constants);
        if (plan.Constants.Integers.Length > 0)
        {
            writer.Line();
            writer.Lines("""
                private static ReadOnlySpan<T> Table<T>(int offset, int length)
                    where T : struct => MemoryMarshal.Cast<byte, T>(Data.Slice(offset)).Slice(0, length);
                """);
            writer.Line();
            if (resource is not null) writer.Line($"private static ReadOnlySpan<byte> Data => Weights.Bytes.Slice({Invariant(integersOffset)});");
            else WriteBytes(writer, "Data", plan.Constants.Integers);
        }

        if (plan.Constants.Floats.Length == 0) return;
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
        if (resource is not null)
            writer.Line($"private static ReadOnlySpan<byte> FloatData => Weights.Bytes.Slice(0, {Invariant(plan.Constants.Floats.Length)});");
        else WriteBytes(writer, "FloatData", plan.Constants.Floats);
    }

    private static string Count(Plan plan) => plan.Constants.Bytes.ToString("N0", CultureInfo.InvariantCulture);

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteBytes(CodeWriter writer, string name, ReadOnlySpan<byte> bytes)
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
