using System;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>Element-wise operations of training, both profiles.</summary>
internal static class TrainingElementEmitter
{
    private static Helper ClampGradientOf(bool isModern) => new("ClampGradient", $$"""
        // Passes gradients where low < x < high.
        private static void ClampGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx, float low, float high)
        {
            int i = 0;
        {{(isModern ? """
                int lanes = Vector<float>.Count;
                Vector<float> lows = new(low), highs = new(high);
                for (; i <= dx.Length - lanes; i += lanes)
                {
                    Vector<float> values = new(x.Slice(i));
                    Vector<int> inside = Vector.GreaterThan(values, lows) & Vector.LessThan(values, highs);
                    Vector.ConditionalSelect(inside, new Vector<float>(dy.Slice(i)), Vector<float>.Zero).CopyTo(dx.Slice(i));
                }

            """ : "")}}    for (; i < dx.Length; i++) dx[i] = x[i] > low && x[i] < high ? dy[i] : 0;
        }
        """);

    // Adding and taking off 1.5 * 2^23 rounds half to even; beyond 2^22 a number is clamped whatever its fraction.
    private const string Magic = "12582912f";

    private static Helper FakeQuantizeOf(bool isModern) => new("FakeQuantize", $$"""
        // y = clamp(round(x / scale), low, high) * scale; parameters are 1 / scale, scale, low, high; 1 / scale = 0 leaves x as it is.
        private static void FakeQuantize(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, Span<float> y)
        {
            float inverse = parameters[0], scale = parameters[1], low = parameters[2], high = parameters[3];
            if (inverse == 0)
            {
                x.CopyTo(y);
                return;
            }

            int i = 0;
        {{(isModern ? $$"""
                int lanes = Vector<float>.Count;
                Vector<float> lows = new(low), highs = new(high), magic = new({{Magic}});
                for (; i <= y.Length - lanes; i += lanes)
                {
                    Vector<float> steps = Vector.Min(Vector.Max(new Vector<float>(x.Slice(i)) * inverse, lows), highs);
                    (((steps + magic) - magic) * scale).CopyTo(y.Slice(i));
                }

            """ : "")}}    for (; i < y.Length; i++)
            {
                float steps = Math.Min(Math.Max(x[i] * inverse, low), high);
                y[i] = (steps + {{Magic}} - {{Magic}}) * scale;
            }
        }
        """);

    private static Helper FakeQuantizeGradientOf(bool isModern) => new("FakeQuantizeGradient", """
        // Passes gradients where x lies within the range of the quantization.
        private static void FakeQuantizeGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> parameters, ReadOnlySpan<float> dy, Span<float> dx)
        {
            if (parameters[0] == 0)
            {
                dy.CopyTo(dx);
                return;
            }

            ClampGradient(x, dy, dx, (parameters[2] - 0.5f) * parameters[1], (parameters[3] + 0.5f) * parameters[1]);
        }
        """, ClampGradientOf(isModern));

    public static void Emit(TrainingElementKernel kernel, LayerScope scope)
    {
        scope.Writer.Line(kernel.Operator switch
        {
            ClampGradient clamp =>
                $"{scope.Use(ClampGradientOf(scope.IsModern))}({scope.InputName(0)}, {scope.InputName(1)}, {scope.Result()}, low: {Literals.Float(clamp.Low)}, high: {Literals.Float(clamp.High)});",
            FakeQuantize => $"{scope.Use(FakeQuantizeOf(scope.IsModern))}({scope.InputName(0)}, {scope.InputName(1)}, {scope.Result()});",
            FakeQuantizeGradient =>
                $"{scope.Use(FakeQuantizeGradientOf(scope.IsModern))}({scope.InputName(0)}, {scope.InputName(1)}, {scope.InputName(2)}, {scope.Result()});",
            _ => throw new InvalidOperationException(kernel.Operator.Kind),
        });
    }
}
