using System;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Weights of one direction of a recurrent layer and the formulas of the three cells.</summary>
internal sealed class RecurrentCell
{
    private readonly double[] _w; // [gates * hidden, input]
    private readonly double[] _r; // [gates * hidden, hidden]
    private readonly double[] _wb;
    private readonly double[] _rb;
    private readonly double[] _p; // LSTM peepholes, [3 * hidden]: input, output, forget
    private readonly Func<double, double>[] _f;
    private readonly double _clip;
    private readonly bool _coupled;
    private readonly bool _linearBeforeReset;

    public RecurrentCell(OperatorContext node, int direction, int gates, int hidden, Func<double, double>[] functions)
    {
        Input = node[1].Dims[2];
        Hidden = hidden;
        _w = Slice(node[1].Floats, direction, gates * hidden * Input);
        _r = Slice(node[2].Floats, direction, gates * hidden * hidden);
        double[] biases = node.Optional(3) is { } b ? Slice(b.Floats, direction, 2 * gates * hidden) : new double[2 * gates * hidden];
        _wb = biases[..(gates * hidden)];
        _rb = biases[(gates * hidden)..];
        _p = node.Type == "LSTM" && node.Optional(7) is { } p ? Slice(p.Floats, direction, 3 * hidden) : new double[3 * hidden];
        _f = functions;
        _clip = node.Float("clip", double.PositiveInfinity);
        _coupled = node.Int("input_forget", 0) != 0;
        _linearBeforeReset = node.Int("linear_before_reset", 0) != 0;
    }

    public int Input { get; }

    public int Hidden { get; }

    public double[] Rnn(double[] x, double[] h) => Each(u => Act(0, X(0, u, x) + H(0, u, h)));

    public double[] Gru(double[] x, double[] h)
    {
        double[] z = Each(u => Act(0, X(0, u, x) + H(0, u, h)));
        double[] r = Each(u => Act(0, X(1, u, x) + H(1, u, h)));
        double[] gated = Each(u => r[u] * h[u]);
        double[] candidate = Each(u => Act(1, X(2, u, x) + (_linearBeforeReset ? r[u] * H(2, u, h) : H(2, u, gated))));
        return Each(u => (1 - z[u]) * candidate[u] + z[u] * h[u]);
    }

    /// <summary>Gates in ONNX order: input, output, forget, cell.</summary>
    public (double[] H, double[] C) Lstm(double[] x, double[] h, double[] c)
    {
        double[] i = Each(u => Act(0, X(0, u, x) + H(0, u, h) + _p[u] * c[u]));
        double[] f = Each(u => _coupled ? 1 - i[u] : Act(0, X(2, u, x) + H(2, u, h) + _p[2 * Hidden + u] * c[u]));
        double[] candidate = Each(u => Act(1, X(3, u, x) + H(3, u, h)));
        double[] next = Each(u => f[u] * c[u] + i[u] * candidate[u]);
        double[] o = Each(u => Act(0, X(1, u, x) + H(1, u, h) + _p[Hidden + u] * next[u]));
        return (Each(u => o[u] * _f[2](next[u])), next);
    }

    private static double[] Slice(double[] values, int direction, int size) => values[(direction * size)..((direction + 1) * size)];

    private double[] Each(Func<int, double> unit)
    {
        double[] result = new double[Hidden];
        for (int u = 0; u < Hidden; u++) result[u] = unit(u);
        return result;
    }

    private double Act(int function, double x) => _f[function](Math.Clamp(x, -_clip, _clip));

    private double X(int gate, int unit, double[] x) => Dot(_w, _wb, gate * Hidden + unit, x);

    private double H(int gate, int unit, double[] h) => Dot(_r, _rb, gate * Hidden + unit, h);

    private static double Dot(double[] weights, double[] bias, int row, double[] x)
    {
        double sum = bias[row];
        for (int k = 0; k < x.Length; k++) sum += weights[row * x.Length + k] * x[k];
        return sum;
    }
}
