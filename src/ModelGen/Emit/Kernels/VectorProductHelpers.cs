using System;
using System.Linq;
using ModelGen.Planning.Lowering;

namespace ModelGen.Emit.Kernels;

/// <summary>
/// A vector of floats times a matrix in panels of sixteen outputs, modern profile. Terms are added in the order of <see cref="TileHelpers"/>, whether or not inputs that are
/// zero are left out: results are the same bits.
/// </summary>
internal static class VectorProductHelpers
{
    private const int Lanes = PanelMatrix.Lanes;

    // Panels at a time are streams of weights that share an input: enough of them take weights as fast as second-level caches give them.
    private static readonly (int Width, int Panels)[] Widths = [(512, 4), (256, 4), (128, 2)];

    /// <summary>Positions of what is not zero in a vector.</summary>
    public static readonly Helper ListNonZeros = new("ListNonZeros", """
        // Positions of elements that are not zero, and their number; -1 where they are more than three quarters, which are better not picked.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int ListNonZeros(ref float x, int length, ref ushort positions)
        {
            int i = 0, count = 0;
            Vector<int> zeros = Vector<int>.Zero;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) zeros -= Vector.Equals(Vector.LoadUnsafe(ref x, (nuint)i), Vector<float>.Zero);
            if (4 * Vector.Sum(zeros) < length) return -1;
            for (i = 0; i < length; i++)
            {
                Unsafe.Add(ref positions, count) = (ushort)i;
                count += Unsafe.As<float, int>(ref Unsafe.Add(ref x, i)) << 1 != 0 ? 1 : 0;
            }

            return count;
        }
        """);

    /// <summary>The product.</summary>
    /// <param name="isListed">Whether only listed inputs are multiplied.</param>
    public static Helper Multiply(bool isListed)
    {
        string name = isListed ? "MultiplyListedInputs" : "MultiplyInputs";
        return new Helper(name, () => Text(name, isListed), VectorHelpers.MultiplyAdd, VectorHelpers.Clamp);
    }

    private static string Text(string name, bool isListed)
    {
        var writer = new CodeWriter(Helper.Depth);
        writer.Line($"// output[i] = clamp(bias[i] + sum of weights[panel][k][lane] * x[k]) for i in [0, length){(isListed ? " and listed k" : "")}; the last panel is moved back to end with them.");
        if (!isListed) writer.Line("// Backwards panels are walked from the last.");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
        writer.Line($"private static void {name}(");
        using (writer.Indent())
        {
            writer.Line($"ref float x, int inputs, {(isListed ? "ref ushort positions, int listed, " : "")}ref float weights, ref float bias, ref float output, int length,");
            writer.Line($"{(isListed ? "" : "bool isBackwards = false, ")}float low = float.NegativeInfinity, float high = float.PositiveInfinity)");
        }

        using (writer.Block())
        {
            writer.Line($"int panels = (length + {Lanes - 1}) / {Lanes};");
            writer.Line($"nint next = (nint)inputs * {Lanes};");
            foreach ((int width, int most) in Widths)
            {
                if (width == 128) Groups(writer, isListed, width, most);
                else
                {
                    using (writer.Block($"if (Vector{width}.IsHardwareAccelerated)"))
                    {
                        Groups(writer, isListed, width, most);
                        writer.Line();
                        writer.Line("return;");
                    }

                    writer.Line();
                }
            }
        }

        return writer.ToString().TrimEnd('\n');
    }

    private static void Groups(CodeWriter writer, bool isListed, int width, int most)
    {
        using (writer.Block("for (int n = 0, size; n < panels; n += size)"))
        {
            writer.Line("int left = panels - n;");
            writer.Line(most == 4 ? "size = left >= 4 && left != 5 ? 4 : Math.Min(left, 3); // One alone waits for its own sums: five are three and two." : $"size = Math.Min(left, {most});");
            writer.Line(isListed ? "int panel = n, k = 0;" : "int panel = isBackwards ? left - size : n;");

            // Inputs are listed for several panels, of which none is left alone.
            int least = isListed && most == 4 ? 2 : 1;
            for (int size = most; size >= least; size--)
            {
                writer.Line(size == most ? $"if (size == {size})" : size > least ? $"else if (size == {size})" : "else");
                using (writer.Block()) Panels(writer, isListed, width, size);
            }
        }
    }

    // Some panels; the last of all is moved back to end with the matrix.
    private static void Panels(CodeWriter writer, bool isListed, int width, int panels)
    {
        int lanes = width / 32, vectors = Lanes / lanes;
        string type = $"Vector{width}<float>";
        string Name(string kind, int panel, int vector) => FormattableString.Invariant($"{kind}{panel}{(vectors > 1 ? "abcd"[vector] : "")}");
        string At(int panel, int vector)
        {
            string row = panel == panels - 1 ? "last" : panel == 0 ? "row" : FormattableString.Invariant($"row + {panel * Lanes}");
            string place = vector == 0 ? row : FormattableString.Invariant($"{row} + {vector * lanes}");
            return place.Contains(" ") ? $"(nuint)({place})" : $"(nuint){place}";
        }

        void Each(Action<int, int> action)
        {
            for (int panel = 0; panel < panels; panel++)
                for (int vector = 0; vector < vectors; vector++) action(panel, vector);
        }

        writer.Line(panels == 1 ? $"int last = Math.Min(panel * {Lanes}, length - {Lanes});"
            : $"int row = panel * {Lanes}, last = Math.Min(row + {(panels - 1) * Lanes}, length - {Lanes});");
        writer.Line("ref float w0 = ref Unsafe.Add(ref weights, panel * next);");
        for (int panel = 1; panel < panels; panel++) writer.Line($"ref float w{panel} = ref Unsafe.Add(ref w{panel - 1}, next);");
        Each((panel, vector) => writer.Line($"{type} {Name("sum", panel, vector)} = Vector{width}.LoadUnsafe(ref bias, {At(panel, vector)});"));
        using (writer.Block($"for (int start = 0; start < inputs; start += {TileHelpers.TermsABlock})"))
        {
            Each((panel, vector) => writer.Line($"{type} {Name("part", panel, vector)} = {type}.Zero;"));
            string end = $"start + {TileHelpers.TermsABlock}";
            using (writer.Block(isListed ? "for (; k < listed; k++)" : $"for (int k = start, end = Math.Min({end}, inputs); k < end; k++)"))
            {
                string input = isListed ? "position" : "k";
                if (isListed)
                {
                    writer.Line("int position = Unsafe.Add(ref positions, k);");
                    writer.Line($"if (position >= {end}) break;");
                }

                writer.Line($"nuint at = (nuint){input} * {Lanes};");
                writer.Line($"{type} v = Vector{width}.Create(Unsafe.Add(ref x, {input}));");
                Each((panel, vector) =>
                {
                    string part = Name("part", panel, vector), place = vector == 0 ? "at" : FormattableString.Invariant($"at + {vector * lanes}");
                    writer.Line($"{part} = MultiplyAdd(v, Vector{width}.LoadUnsafe(ref w{panel}, {place}), {part});");
                });
            }

            writer.Line();
            Each((panel, vector) => writer.Line($"{Name("sum", panel, vector)} += {Name("part", panel, vector)};"));
        }

        writer.Line();
        Each((panel, vector) => writer.Line($"Clamp({Name("sum", panel, vector)}, low, high).StoreUnsafe(ref output, {At(panel, vector)});"));
    }
}
