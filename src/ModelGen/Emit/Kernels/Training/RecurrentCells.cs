namespace ModelGen.Emit.Kernels.Training;

/// <summary>One step of the cells of recurrent layers for a batch, forward and backward, both profiles.</summary>
internal static class RecurrentCells
{
    public static Helper LstmForward(bool isModern) => new("LstmForwardStep", """
        // Gates i, o, f, c of one step: applies their functions in place and makes the cell and the hidden state. An empty cell before is zero.
        private static void LstmForwardStep(
            Span<float> gates, int gateStride, ReadOnlySpan<float> before, Span<float> cells, Span<float> hidden, int stateStride, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                Span<float> g = gates.Slice(n * gateStride, 4 * size), c = cells.Slice(n * stateStride, size), h = hidden.Slice(n * stateStride, size);
                ReadOnlySpan<float> b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                Sigmoids(g.Slice(0, 3 * size));
                Tanhs(g.Slice(3 * size), g.Slice(3 * size));
                if (b.IsEmpty) for (int i = 0; i < size; i++) c[i] = g[i] * g[3 * size + i];
                else for (int i = 0; i < size; i++) c[i] = g[i] * g[3 * size + i] + g[2 * size + i] * b[i];
                Tanhs(c, h);
                for (int i = 0; i < size; i++) h[i] *= g[size + i];
            }
        }
        """, GateFunctions.Sigmoids(isModern), GateFunctions.Tanhs(isModern));

    public static Helper LstmBackward(bool isModern) => new("LstmBackwardStep", """
        // From the gradient of the hidden state and of the cell (which becomes that of the cell before) to those of the gates before their functions.
        private static void LstmBackwardStep(
            ReadOnlySpan<float> gates, Span<float> gradients, int gateStride, ReadOnlySpan<float> before, ReadOnlySpan<float> cells, int stateStride,
            ReadOnlySpan<float> dHidden, Span<float> dCell, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                ReadOnlySpan<float> g = gates.Slice(n * gateStride, 4 * size), c = cells.Slice(n * stateStride, size), dh = dHidden.Slice(n * size, size);
                ReadOnlySpan<float> b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                Span<float> d = gradients.Slice(n * gateStride, 4 * size), dc = dCell.Slice(n * size, size);
                Tanhs(c, d.Slice(size, size));
                for (int i = 0; i < size; i++)
                {
                    float inputGate = g[i], outputGate = g[size + i], forgetGate = g[2 * size + i], candidate = g[3 * size + i];
                    float t = d[size + i], cell = dc[i] + dh[i] * outputGate * (1 - t * t);
                    d[i] = cell * candidate * inputGate * (1 - inputGate);
                    d[size + i] = dh[i] * t * outputGate * (1 - outputGate);
                    d[2 * size + i] = b.IsEmpty ? 0 : cell * b[i] * forgetGate * (1 - forgetGate);
                    d[3 * size + i] = cell * inputGate * (1 - candidate * candidate);
                    dc[i] = cell * forgetGate;
                }
            }
        }
        """, GateFunctions.Tanhs(isModern));

    public static Helper GruLinearForward(bool isModern) => new("GruLinearForwardStep", """
        // Gates z, r, n of one step; the reset gate scales the recurrent product of the candidate, which is kept as inner state.
        private static void GruLinearForwardStep(
            Span<float> gates, int gateStride, ReadOnlySpan<float> projected, ReadOnlySpan<float> product, ReadOnlySpan<float> before, Span<float> inner, Span<float> hidden,
            int stateStride, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                Span<float> g = gates.Slice(n * gateStride, 3 * size), q = inner.Slice(n * stateStride, size), h = hidden.Slice(n * stateStride, size);
                ReadOnlySpan<float> p = projected.Slice(n * gateStride, 3 * size), r = product.Slice(n * 3 * size, 3 * size);
                ReadOnlySpan<float> b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                for (int i = 0; i < 2 * size; i++) g[i] = p[i] + r[i];
                Sigmoids(g.Slice(0, 2 * size));
                r.Slice(2 * size).CopyTo(q);
                for (int i = 0; i < size; i++) g[2 * size + i] = p[2 * size + i] + g[size + i] * q[i];
                Tanhs(g.Slice(2 * size), g.Slice(2 * size));
                for (int i = 0; i < size; i++) h[i] = (1 - g[i]) * g[2 * size + i] + (b.IsEmpty ? 0 : g[i] * b[i]);
            }
        }
        """, GateFunctions.Sigmoids(isModern), GateFunctions.Tanhs(isModern));

    public static readonly Helper GruLinearBackward = new("GruLinearBackwardStep", """
        // From the gradient of the hidden state (which becomes the part that passes the update gate) to those of input and recurrent products.
        private static void GruLinearBackwardStep(
            ReadOnlySpan<float> gates, Span<float> dProjected, Span<float> dProduct, int gateStride, ReadOnlySpan<float> before, ReadOnlySpan<float> inner, int stateStride,
            Span<float> dHidden, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                ReadOnlySpan<float> g = gates.Slice(n * gateStride, 3 * size), q = inner.Slice(n * stateStride, size);
                ReadOnlySpan<float> b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                Span<float> dp = dProjected.Slice(n * gateStride, 3 * size), dq = dProduct.Slice(n * gateStride, 3 * size), dh = dHidden.Slice(n * size, size);
                for (int i = 0; i < size; i++)
                {
                    float update = g[i], reset = g[size + i], candidate = g[2 * size + i];
                    dp[i] = dq[i] = dh[i] * ((b.IsEmpty ? 0 : b[i]) - candidate) * update * (1 - update);
                    float d = dh[i] * (1 - update) * (1 - candidate * candidate);
                    dp[size + i] = dq[size + i] = d * q[i] * reset * (1 - reset);
                    dp[2 * size + i] = d;
                    dq[2 * size + i] = d * reset;
                    dh[i] *= update;
                }
            }
        }
        """);

    public static Helper GruGates(bool isModern) => new("GruGatesStep", """
        // Gates z and r of one step in place, and what the reset gate lets pass of the state before.
        private static void GruGatesStep(
            Span<float> gates, int gateStride, ReadOnlySpan<float> before, int stateStride, Span<float> passed, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                Span<float> g = gates.Slice(n * gateStride, 3 * size), p = passed.Slice(n * size, size);
                ReadOnlySpan<float> b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                Sigmoids(g.Slice(0, 2 * size));
                for (int i = 0; i < size; i++) p[i] = b.IsEmpty ? 0 : g[size + i] * b[i];
            }
        }
        """, GateFunctions.Sigmoids(isModern));

    public static Helper GruForward(bool isModern) => new("GruForwardStep", """
        // The candidate in place, and the hidden state.
        private static void GruForwardStep(
            Span<float> gates, int gateStride, ReadOnlySpan<float> before, Span<float> hidden, int stateStride, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                Span<float> g = gates.Slice(n * gateStride, 3 * size), h = hidden.Slice(n * stateStride, size);
                ReadOnlySpan<float> b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                Tanhs(g.Slice(2 * size), g.Slice(2 * size));
                for (int i = 0; i < size; i++) h[i] = (1 - g[i]) * g[2 * size + i] + (b.IsEmpty ? 0 : g[i] * b[i]);
            }
        }
        """, GateFunctions.Tanhs(isModern));

    public static readonly Helper GruCandidateBackward = new("GruCandidateBackwardStep", """
        // Gradients of the update gate and of the candidate before their functions; that of the hidden state becomes the part that passes the update gate.
        private static void GruCandidateBackwardStep(
            ReadOnlySpan<float> gates, Span<float> gradients, int gateStride, ReadOnlySpan<float> before, int stateStride, Span<float> dHidden, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                ReadOnlySpan<float> g = gates.Slice(n * gateStride, 3 * size), b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                Span<float> d = gradients.Slice(n * gateStride, 3 * size), dh = dHidden.Slice(n * size, size);
                for (int i = 0; i < size; i++)
                {
                    float update = g[i], candidate = g[2 * size + i];
                    d[i] = dh[i] * ((b.IsEmpty ? 0 : b[i]) - candidate) * update * (1 - update);
                    d[2 * size + i] = dh[i] * (1 - update) * (1 - candidate * candidate);
                    dh[i] *= update;
                }
            }
        }
        """);

    public static readonly Helper GruResetBackward = new("GruResetBackwardStep", """
        // From the gradient of what the reset gate let pass to that of the gate, and on to the state before.
        private static void GruResetBackwardStep(
            ReadOnlySpan<float> gates, Span<float> gradients, int gateStride, ReadOnlySpan<float> before, int stateStride, ReadOnlySpan<float> dPassed, Span<float> dHidden,
            int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                ReadOnlySpan<float> g = gates.Slice(n * gateStride, 3 * size), b = before.IsEmpty ? default : before.Slice(n * stateStride, size);
                ReadOnlySpan<float> dp = dPassed.Slice(n * size, size);
                Span<float> d = gradients.Slice(n * gateStride, 3 * size), dh = dHidden.Slice(n * size, size);
                for (int i = 0; i < size; i++)
                {
                    float reset = g[size + i];
                    d[size + i] = b.IsEmpty ? 0 : dp[i] * b[i] * reset * (1 - reset);
                    dh[i] += dp[i] * reset;
                }
            }
        }
        """);

    public static Helper SimpleForward(bool isModern) => new("RnnForwardStep", """
        private static void RnnForwardStep(Span<float> gates, int gateStride, Span<float> hidden, int stateStride, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                Span<float> g = gates.Slice(n * gateStride, size), h = hidden.Slice(n * stateStride, size);
                Tanhs(g, g);
                g.CopyTo(h);
            }
        }
        """, GateFunctions.Tanhs(isModern));

    public static readonly Helper SimpleBackward = new("RnnBackwardStep", """
        private static void RnnBackwardStep(ReadOnlySpan<float> gates, Span<float> gradients, int gateStride, ReadOnlySpan<float> dHidden, int batch, int size)
        {
            for (int n = 0; n < batch; n++)
            {
                ReadOnlySpan<float> g = gates.Slice(n * gateStride, size), dh = dHidden.Slice(n * size, size);
                Span<float> d = gradients.Slice(n * gateStride, size);
                for (int i = 0; i < size; i++) d[i] = dh[i] * (1 - g[i] * g[i]);
            }
        }
        """);

    public static readonly Helper AddRows = new("AddRows", """
        // target[row] += source[row], rows of the source stride apart.
        private static void AddRows(ReadOnlySpan<float> source, int stride, Span<float> target, int rows, int length)
        {
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> s = source.Slice(row * stride, length);
                Span<float> t = target.Slice(row * length, length);
                for (int i = 0; i < t.Length; i++) t[i] += s[i];
            }
        }
        """);
}
