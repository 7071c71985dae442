using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>Resize and Upsample: nearest, linear and cubic, one axis after the other.</summary>
internal static class ResizeOperators
{
    public static void Register(IDictionary<string, ReferenceOperator> table)
    {
        table["Resize"] = node => [Resize(node)];
        table["Upsample"] = node => [Resize(node)];
    }

    private static ReferenceTensor Resize(OperatorContext node)
    {
        ReferenceTensor x = node[0];
        // Upsample and opset 10: X, scales, and always the asymmetric coordinates. Later: X, roi, scales, sizes.
        bool old = node.Opset < 11 || node.Type == "Upsample";
        if (node.Int("antialias", 0) != 0) throw node.NotSupported("antialias");
        double[]? scales = (old ? node.Optional(1) : node.Optional(2)) is { Count: > 0 } s ? s.Floats : node.Floats("scales");
        long[]? sizes = old ? null : node.Optional(3)?.Integers;
        int[] axes = node.Ints("axes")?.Select(a => Shapes.Axis(a, x.Rank)).ToArray() ?? Enumerable.Range(0, x.Rank).ToArray();
        string policy = node.Text("keep_aspect_ratio_policy", "stretch");
        if (policy != "stretch") throw node.NotSupported(policy);
        string transform = old ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        if (transform == "tf_crop_and_resize") throw node.NotSupported(transform);
        for (int i = 0; i < axes.Length; i++)
        {
            int length = x.Dims[axes[i]];
            int resized = sizes != null ? (int)sizes[i] : (int)Math.Floor(length * scales![i]);
            double scale = sizes != null ? (double)resized / length : scales![i];
            if (resized == length && scale == 1) continue;
            x = Along(x, axes[i], Enumerable.Range(0, resized).Select(o =>
                Taps(node, old, Source(transform, o, length, resized, scale), length)).ToArray());
        }

        return x;
    }

    private static ReferenceTensor Along(ReferenceTensor x, int axis, List<(int Index, double Weight)>[] taps)
    {
        int[] dims = (int[])x.Dims.Clone();
        dims[axis] = taps.Length;
        int[] strides = Shapes.Strides(x.Dims);
        if (Array.TrueForAll(taps, t => t.Count == 1))
        {
            return x.Select(dims, Shapes.Map(dims, at => Shapes.Offset(at, strides)
                + (taps[at[axis]][0].Index - at[axis]) * strides[axis]));
        }

        double[] y = Shapes.Coordinates(dims).Select(at =>
        {
            int first = Shapes.Offset(at, strides) - at[axis] * strides[axis];
            return taps[at[axis]].Sum(t => t.Weight * x.Floats[first + t.Index * strides[axis]]);
        }).ToArray();
        return ReferenceTensor.Float(dims, y, x.Type);
    }

    private static double Source(string transform, int o, int length, int resized, double scale) => transform switch
    {
        "asymmetric" => o / scale,
        // The resized length counts with its fraction here: so ONNX's own implementation and test data have it.
        "align_corners" => resized == 1 ? 0 : o * (length - 1) / (scale * length - 1),
        "pytorch_half_pixel" => resized > 1 ? (o + 0.5) / scale - 0.5 : 0,
        "tf_half_pixel_for_nn" => (o + 0.5) / scale,
        "half_pixel_symmetric" => length / 2.0 * (1 - resized / (scale * length)) + (o + 0.5) / scale - 0.5,
        "half_pixel" => (o + 0.5) / scale - 0.5,
        _ => throw new NotSupportedException($"Coordinates {transform} are not supported by the reference."),
    };

    private static List<(int Index, double Weight)> Taps(OperatorContext node, bool old, double at, int length)
    {
        string mode = node.Text("mode", "nearest");
        if (mode == "nearest")
        {
            int nearest = (int)((old ? "floor" : node.Text("nearest_mode", "round_prefer_floor")) switch
            {
                "round_prefer_floor" => Math.Ceiling(at - 0.5),
                "round_prefer_ceil" => Math.Floor(at + 0.5),
                "floor" => Math.Floor(at),
                _ => Math.Ceiling(at),
            });
            return [(Math.Clamp(nearest, 0, length - 1), 1)];
        }

        int below = (int)Math.Floor(at);
        double fraction = at - below;
        double[] weights = mode == "cubic" ? Cubic(node.Float("cubic_coeff_a", -0.75), fraction) : [1 - fraction, fraction];
        int first = mode == "cubic" ? below - 1 : below;
        bool exclude = node.Int("exclude_outside", 0) != 0;
        if (exclude)
        {
            for (int i = 0; i < weights.Length; i++) if (first + i < 0 || first + i >= length) weights[i] = 0;
            double sum = weights.Sum();
            weights = Array.ConvertAll(weights, w => w / sum);
        }

        return weights.Select((w, i) => (Math.Clamp(first + i, 0, length - 1), w)).ToList();
    }

    /// <summary>Keys, "Cubic convolution interpolation for digital image processing" (1981), equation 4 with parameter a.</summary>
    private static double[] Cubic(double a, double t) =>
    [
        ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a,
        ((a + 2) * t - (a + 3)) * t * t + 1,
        ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1,
        ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a,
    ];
}
