using System;
using System.Collections.Generic;
using System.Globalization;

namespace ModelGen.Tool.Tensors;

/// <summary>
/// The header of a .npy file: a Python dictionary literal with the keys <c>descr</c>, <c>fortran_order</c> and <c>shape</c>
/// (numpy.lib.format, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
/// </summary>
/// <param name="Description">Byte order, kind and size of an element, for example <c>&lt;f4</c>.</param>
/// <param name="IsFortranOrder">Whether the first axis varies fastest.</param>
/// <param name="Dimensions">Dimensions.</param>
internal sealed record NpyHeader(string Description, bool IsFortranOrder, int[] Dimensions)
{
    /// <summary>Parses the literal.</summary>
    /// <param name="text">The header without magic and length.</param>
    /// <exception cref="FormatException">It is not such a dictionary; the message says what is wrong.</exception>
    public static NpyHeader Parse(string text)
    {
        Reader reader = new(text);
        string? description = null;
        bool? fortranOrder = null;
        int[]? dimensions = null;
        reader.Expect('{');
        while (!reader.TryTake('}'))
        {
            string key = reader.ReadString();
            reader.Expect(':');
            switch (key)
            {
                case "descr" when description is null: description = reader.ReadDescription(); break;
                case "fortran_order" when fortranOrder is null: fortranOrder = reader.ReadBoolean(); break;
                case "shape" when dimensions is null: dimensions = reader.ReadTuple(); break;
                default: throw new FormatException($"unexpected header key '{key}'");
            }
            if (reader.TryTake(',')) continue;
            reader.Expect('}');
            break;
        }
        reader.ExpectEnd();
        if (description is null || fortranOrder is null || dimensions is null)
            throw new FormatException("its header lacks descr, fortran_order or shape");
        return new NpyHeader(description, fortranOrder.Value, dimensions);
    }

    private sealed class Reader(string text)
    {
        private int _position;

        public bool TryTake(char expected)
        {
            SkipBlanks();
            if (_position >= text.Length || text[_position] != expected) return false;
            _position++;
            return true;
        }

        public void Expect(char expected)
        {
            if (!TryTake(expected)) throw Unexpected();
        }

        public void ExpectEnd()
        {
            SkipBlanks();
            if (_position != text.Length) throw Unexpected();
        }

        public string ReadString()
        {
            char quote = TryTake('\'') ? '\'' : '"';
            if (quote == '"') Expect('"');
            int end = text.IndexOf(quote, _position);
            if (end < 0) throw Unexpected();
            string value = text[_position..end];
            _position = end + 1;
            return value;
        }

        public string ReadDescription()
        {
            if (TryTake('[')) throw new FormatException("it holds records (a structured dtype); save each field as an array of its own");
            return ReadString();
        }

        public bool ReadBoolean()
        {
            SkipBlanks();
            foreach (string word in (string[])["True", "False"])
            {
                if (string.CompareOrdinal(text, _position, word, 0, word.Length) != 0) continue;
                _position += word.Length;
                return word == "True";
            }
            throw Unexpected();
        }

        public int[] ReadTuple()
        {
            List<int> values = [];
            Expect('(');
            while (!TryTake(')'))
            {
                if (values.Count == NumericTensor.MaximumRank) throw new FormatException("it has too many axes");
                values.Add(ReadInteger());
                if (TryTake(',')) continue;
                Expect(')');
                break;
            }
            return [.. values];
        }

        private int ReadInteger()
        {
            SkipBlanks();
            int start = _position;
            while (_position < text.Length && char.IsAsciiDigit(text[_position])) _position++;
            if (start == _position) throw Unexpected();
            if (!int.TryParse(text.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture, out int value))
                throw new FormatException("a dimension is too large");
            if (_position < text.Length && text[_position] == 'L') _position++; // Python 2 wrote long integers so.
            return value;
        }

        private void SkipBlanks()
        {
            while (_position < text.Length && text[_position] is ' ' or '\n' or '\t' or '\r') _position++;
        }

        private FormatException Unexpected() => new(string.Create(CultureInfo.InvariantCulture,
            $"its header is damaged at character {_position}"));
    }
}
