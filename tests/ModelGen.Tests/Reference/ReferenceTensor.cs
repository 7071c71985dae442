using System;
using System.Linq;
using ModelGen.Tests.Reference.Quantization;

namespace ModelGen.Tests.Reference;

/// <summary>
/// A value: dimensions and elements in row-major order, floats as doubles, integers and booleans as longs.
/// A float value may remember the integers it was computed from (<see cref="Origin"/>), so that a later QuantizeLinear
/// follows the integer rules of docs/numerics.md. Its doubles are then computed only when something asks for them.
/// </summary>
internal sealed class ReferenceTensor
{
    private readonly long[]? _integers;
    private readonly Lazy<double[]>? _floats;

    private ReferenceTensor(DataType type, int[] dims, long[]? integers, Lazy<double[]>? floats, IntegerOrigin? origin)
    {
        Type = type;
        Dims = dims;
        Count = Shapes.Count(dims);
        _integers = integers;
        _floats = floats;
        Origin = origin;
    }

    public DataType Type { get; }

    public int[] Dims { get; }

    public int Rank => Dims.Length;

    public int Count { get; }

    public IntegerOrigin? Origin { get; }

    /// <summary>Whether the value does not depend on any input of the model; set by <see cref="ReferenceModel"/>.</summary>
    public bool IsConstant { get; set; }

    public bool IsFloat => _floats != null;

    public double[] Floats => _floats?.Value ?? throw new InvalidOperationException($"A float value was expected, not {Type}.");

    public long[] Integers => _integers ?? throw new InvalidOperationException($"An integer value was expected, not {Type}.");

    /// <summary>The elements of either kind as doubles.</summary>
    public double[] AsDoubles() => IsFloat ? Floats : Array.ConvertAll(Integers, x => Type == DataType.UInt64 ? (double)(ulong)x : x);

    public static ReferenceTensor Float(int[] dims, double[] values, DataType type = DataType.Float32)
        => new(type, dims, null, new Lazy<double[]>(Checked(dims, values)), null);

    public static ReferenceTensor Float(int[] dims, Func<double[]> values, IntegerOrigin? origin, DataType type = DataType.Float32)
        => new(type, dims, null, new Lazy<double[]>(() => Checked(dims, values())), origin);

    public static ReferenceTensor Integer(DataType type, int[] dims, long[] values)
        => new(type, dims, Checked(dims, values), null, null);

    public static ReferenceTensor Bool(int[] dims, bool[] values)
        => Integer(DataType.Bool, dims, Array.ConvertAll(values, x => x ? 1L : 0L));

    public static ReferenceTensor Int64(params long[] values) => Integer(DataType.Int64, [values.Length], values);

    /// <summary>
    /// Makes a value whose element <c>i</c> is this value's element <c>source[i]</c>, or the padding where that is -1.
    /// Every operator that only moves data is this with its own index map.
    /// </summary>
    public ReferenceTensor Select(int[] dims, int[] source, double padding = 0)
    {
        if (!IsFloat) return Integer(Type, dims, Array.ConvertAll(source, i => i < 0 ? (long)padding : Integers[i]));
        // The integers can stand for a padding of zero only; with any other the definition in floats holds.
        bool keepsOrigin = padding == 0 || !source.Contains(-1);
        return Float(dims, () => Array.ConvertAll(source, i => i < 0 ? padding : Floats[i]), keepsOrigin
            ? Origin?.Select(source) : null, Type);
    }

    public ReferenceTensor Reshape(int[] dims) => IsFloat
        ? new ReferenceTensor(Type, Shapes.Count(dims) == Count
            ? dims : throw new InvalidOperationException("Element counts differ."), null, _floats, Origin)
        : Integer(Type, dims, Integers);

    public override string ToString() => $"{Type}[{string.Join(",", Dims)}]";

    private static T[] Checked<T>(int[] dims, T[] values) => values.Length == Shapes.Count(dims)
        ? values
        : throw new InvalidOperationException($"{values.Length} elements do not fill [{string.Join(",", dims)}].");
}
