using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;

namespace ModelGen.Planning.Lowering;

/// <summary>Chooses the kernel of a fully connected layer and lays out its weights.</summary>
internal static class ProductLowering
{
    /// <summary>Fewest outputs for which a run of outputs fills a vector.</summary>
    private const int FewestColumns = 16;

    public static Kernel Lower(Node node, PlanContext context)
    {
        Value x = node.Input(0), w = node.Input(1);
        if (w.Constant is null || node.OptionalInput(2) is { Constant: null })
            throw context.Unsupported(node, "weights or a bias that are computed at run time");
        int inputs = w.Shape[1], outputs = w.Shape[0], vectors = x.Shape.Count / Math.Max(1, inputs);
        return node.Operator.Result is null ? Float(node, vectors, inputs, outputs, context)
            : Integer(node, vectors, inputs, outputs, context);
    }

    private static ProductKernel Float(Node node, int vectors, int inputs, int outputs, PlanContext context)
    {
        if (node.Input(0).Element != ElementType.Float32) throw context.Unsupported(node, $"operands {node.Input(0).Type}");
        float[] weights = node.Input(1).Constant!.ToFloats();
        float[] bias = node.OptionalInput(2)?.Constant!.ToFloats() ?? new float[outputs];
        int nonZero = weights.Count(value => value != 0);
        double density = (double)nonZero / Math.Max(1, weights.Length);
        ProductForm form = ChooseForm(vectors, inputs, outputs, nonZero, density, context);
        var kernel = new ProductKernel
        {
            Description = Describe(form, "float32"),
            Reason = Reason(form, density, nonZero, context),
            Vectors = vectors,
            Inputs = inputs,
            Outputs = outputs,
            Form = form,
            Input = ElementType.Float32,
            Output = ElementType.Float32,
            Activation = node.Operator.Activation,
        };
        bool skipsZeros = form is ProductForm.Sparse or ProductForm.Unrolled;
        switch (form)
        {
            case ProductForm.Unrolled:
                kernel = kernel with
                {
                    Literals = weights.Select(value => (double)value).ToArray(),
                    LiteralBias = bias.Select(value => (double)value).ToArray()
                };
                break;
            case ProductForm.Sparse:
                SparseRows rows = SparseRows.Of(inputs, outputs, i => weights[i] != 0, context);
                kernel = kernel with
                {
                    First = rows.First,
                    Offsets = rows.Indices,
                    Weights = context.Constants.Add(rows.Entries.Select(i => weights[i]).ToArray()),
                    Bias = context.Constants.Add(bias),
                };
                break;
            case ProductForm.Columns:
                kernel = kernel with
                {
                    Weights = context.Constants.Add(PlanContext.TransposeMatrix(weights, outputs, inputs)),
                    Offsets = context.RowOffsets(inputs, outputs),
                    Bias = context.Constants.Add(bias),
                };
                break;
            default:
                kernel = kernel with { Weights = context.Constants.Add(weights), Bias = context.Constants.Add(bias) };
                break;
        }

        return kernel with { Cost = Cost(kernel, vectors, weights.Length, nonZero, 32, skipsZeros) };
    }

    private static ProductKernel Integer(Node node, int vectors, int inputs, int outputs, PlanContext context)
    {
        Value x = node.Input(0), w = node.Input(1);
        IntegerWeights weights = IntegerWeights.Prepare(x, w, node.OptionalInput(2));
        Requantization requantization = Requantization.For(
            node.Operator, Requantization.ProductMultipliers(x.Type.Quantization!, w.Type.Quantization!, node.Operator.Result!.Quantization,
                outputs));
        int nonZero = weights.Values.Count(value => value != 0);
        double density = (double)nonZero / Math.Max(1, weights.Values.Length);
        ProductForm form = ChooseForm(vectors, inputs, outputs, nonZero, density, context);
        bool modern = context.Options.Profile == Profile.Modern;
        if (weights.Bits > 8 && form == ProductForm.Columns) form = ProductForm.Rows;
        if (form == ProductForm.Columns && !modern) form = ProductForm.Rows;
        bool pairs = form == ProductForm.Columns;
        var kernel = new ProductKernel
        {
            Description = Describe(form, x.Element.ToString().ToLowerInvariant()),
            Reason = Reason(form, density, nonZero, context),
            Vectors = vectors,
            Inputs = inputs,
            Outputs = outputs,
            Form = form,
            Input = x.Element,
            Output = node.Operator.Result.Element,
            Requantization = requantization,
            Bias = form == ProductForm.Unrolled ? null : context.Constants.Add(weights.Bias),
            Multipliers = form == ProductForm.Unrolled ? null : context.Constants.Add(requantization.Multipliers),
            Pairs = pairs,
            ScratchBytes = pairs ? (inputs + 1) / 2 * sizeof(int) : 0,
        };
        switch (form)
        {
            case ProductForm.Unrolled:
                kernel = kernel with
                {
                    Literals = weights.Values.Select(value => (double)value).ToArray(),
                    LiteralBias = weights.Bias.Select(value => (double)value).ToArray(),
                };
                break;
            case ProductForm.Sparse:
                SparseRows rows = SparseRows.Of(inputs, outputs, i => weights.Values[i] != 0, context);
                kernel = kernel with
                {
                    First = rows.First,
                    Offsets = rows.Indices,
                    Weights = WeightTable(rows.Entries.Select(i => weights.Values[i]).ToArray(), weights.Bits, context),
                };
                break;
            case ProductForm.Columns:
                int pairCount = (inputs + 1) / 2;
                var paired = new int[pairCount * outputs * 2];
                for (int o = 0; o < outputs; o++)
                    for (int i = 0; i < inputs; i++) paired[(i / 2 * outputs + o) * 2 + i % 2] = weights.Values[o * inputs + i];
                kernel = kernel with { Weights = WeightTable(paired, 8, context), Offsets = context.RowOffsets(pairCount, outputs) };
                break;
            default:
                kernel = kernel with { Weights = WeightTable(weights.Values, weights.Bits, context) };
                break;
        }

        return kernel with
        {
            Cost = Cost(kernel, vectors, weights.Values.Length, nonZero, weights.Bits,
            form is ProductForm.Sparse or ProductForm.Unrolled)
        };
    }

    private static ProductForm ChooseForm(int vectors, int inputs, int outputs, int nonZero, double density, PlanContext context)
    {
        if (vectors == 1 && context.CanUnroll(nonZero, density)) return ProductForm.Unrolled;
        if (context.PrefersSparseProduct(density)) return ProductForm.Sparse;
        return outputs >= FewestColumns ? ProductForm.Columns : ProductForm.Rows;
    }

    private static string Describe(ProductForm form, string element) => form switch
    {
        ProductForm.Columns => $"dense over outputs, {element}",
        ProductForm.Rows => $"dense dot products, {element}",
        ProductForm.Sparse => $"sparse dot products, {element}",
        _ => $"unrolled, weights as literals, {element}",
    };

    private static string Reason(ProductForm form, double density, int nonZero, PlanContext context) => form switch
    {
        ProductForm.Unrolled => FormattableString.Invariant($"{nonZero} non-zero weights are within the unroll budget"),
        ProductForm.Sparse => context.SparseReason(true, density),
        ProductForm.Columns => "enough outputs to fill vectors",
        _ => "too few outputs to fill vectors",
    };

    private static ConstantTable WeightTable(int[] values, int bits, PlanContext context) => bits == 8
        ? context.Constants.Add(values.Select(value => (sbyte)value).ToArray())
        : context.Constants.Add(ElementType.Int16,
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<short>(values.Select(value => (short)value).ToArray()));

    private static LayerCost Cost(ProductKernel kernel, int vectors, int weights, int nonZero, int bits, bool skipsZeros)
    {
        long tables = new[] { kernel.Weights, kernel.Offsets, kernel.First, kernel.Bias, kernel.Multipliers }.Sum(table =>
            (long)(table?.Bytes ?? 0));
        if (kernel.Literals is not null) tables += (long)nonZero * bits / 8;
        return new LayerCost(weights, nonZero, bits, (long)vectors * (skipsZeros ? nonZero : weights), (long)vectors * weights, tables);
    }
}
