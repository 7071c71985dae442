using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>LSTM, GRU, RNN: all directions, layouts, sequence lengths and initial states.</summary>
internal static class RecurrentOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["RNN"] = node => Run(node, 1, ["Tanh"]);
        table["GRU"] = node => Run(node, 3, ["Sigmoid", "Tanh"]);
        table["LSTM"] = node => Run(node, 4, ["Sigmoid", "Tanh", "Tanh"]);
    }

    private static ReferenceTensor[] Run(OperatorContext node, int gates, string[] activations)
    {
        bool batchFirst = node.Int("layout", 0) != 0;
        ReferenceTensor x = batchFirst ? ShapeOperators.Transpose(node[0], [1, 0, 2]) : node[0];
        (int steps, int batch, int input) = (x.Dims[0], x.Dims[1], x.Dims[2]);
        int hidden = node[2].Dims[2];
        string direction = node.Text("direction", "forward");
        int directions = direction == "bidirectional" ? 2 : 1;
        Func<double, double>[] functions = RecurrentActivation.Resolve(node, activations, directions);
        double[] y = new double[steps * directions * batch * hidden];
        double[] lastH = Initial(node.Optional(5));
        double[] lastC = Initial(node.Type == "LSTM" ? node.Optional(6) : null);
        for (int d = 0; d < directions; d++)
        {
            bool reverse = direction == "reverse" || d == 1;
            RecurrentCell cell = new(node, d, gates, hidden, functions[(d * activations.Length)..((d + 1) * activations.Length)]);
            for (int n = 0; n < batch; n++)
            {
                int length = (int)(node.Optional(4)?.Integers[n] ?? steps);
                int state = (d * batch + n) * hidden;
                double[] h = lastH[state..(state + hidden)];
                double[] c = lastC[state..(state + hidden)];
                for (int step = 0; step < length; step++)
                {
                    int t = reverse ? length - 1 - step : step;
                    double[] row = x.Floats[((t * batch + n) * input)..((t * batch + n + 1) * input)];
                    switch (node.Type)
                    {
                        case "RNN": h = cell.Rnn(row, h); break;
                        case "GRU": h = cell.Gru(row, h); break;
                        default: (h, c) = cell.Lstm(row, h, c); break;
                    }

                    h.CopyTo(y, ((t * directions + d) * batch + n) * hidden);
                }

                h.CopyTo(lastH, state);
                c.CopyTo(lastC, state);
            }
        }

        ReferenceTensor all = ReferenceTensor.Float([steps, directions, batch, hidden], y, x.Type);
        if (batchFirst) all = ShapeOperators.Transpose(all, [2, 0, 1, 3]);
        ReferenceTensor[] outputs = [all, Final(lastH), Final(lastC)];
        return node.Type == "LSTM" ? outputs : outputs[..2];

        double[] Initial(ReferenceTensor? given)
        {
            if (given == null) return new double[directions * batch * hidden];
            return (batchFirst ? ShapeOperators.Transpose(given, [1, 0, 2]) : given).Floats.ToArray();
        }

        ReferenceTensor Final(double[] state)
        {
            ReferenceTensor last = ReferenceTensor.Float([directions, batch, hidden], state, x.Type);
            return batchFirst ? ShapeOperators.Transpose(last, [1, 0, 2]) : last;
        }
    }
}
