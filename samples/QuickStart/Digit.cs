using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace QuickStart;

/// <summary>A handwritten digit: 8 x 8 pixels of 0 (paper) to 1 (ink), and what the writer meant.</summary>
internal sealed record Digit(int Label, float[] Pixels)
{
    public const int Size = 8;

    /// <summary>Reads the held-out digits: one a line, the label and 64 numbers from 0 to 16.</summary>
    public static List<Digit> ReadAll()
    {
        using Stream stream = typeof(Digit).Assembly.GetManifestResourceStream("digits-test.csv")!;
        using var reader = new StreamReader(stream);
        var digits = new List<Digit>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            string[] fields = line.Split(',');
            var pixels = new float[Size * Size];
            for (int i = 0; i < pixels.Length; i++) pixels[i] = int.Parse(fields[i + 1], CultureInfo.InvariantCulture) / 16f;
            digits.Add(new Digit(int.Parse(fields[0], CultureInfo.InvariantCulture), pixels));
        }

        return digits;
    }

    /// <summary>A row of pixels as text, two characters a pixel.</summary>
    public string Row(int row)
    {
        const string Shades = " .:+#@";
        return string.Create(2 * Size, (this, row), static (text, state) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = Shades[(int)(state.Item1.Pixels[state.row * Size + i / 2] * (Shades.Length - 1))];
        });
    }
}
