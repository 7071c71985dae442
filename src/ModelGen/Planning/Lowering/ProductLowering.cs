using System;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Packing;

namespace ModelGen.Planning.Lowering;

/// <summary>Chooses the kernel of a fully connected layer and lays out its weights.</summary>
internal static class ProductLowering
{
    /// <summary>Fewest outputs for which a run of outputs fills a vector.</summary>
    private const int FewestColumns = 16;

    /// <summary>Clocks below which nothing is to be gained by another form.</summary>
    private const int FewestShuffledClocks = 500;

    /// <summary>Fewest panels and inputs for which zeros among inputs are looked for.</summary>
    private const int FewestPicked = 4, FewestPickedInputs = 64;

    /// <summary>Weights that second-level caches may not hold along with those of other layers.</summary>
    private const int FewestTurnedBytes = 128 * 1024;

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
        ProductForm form = ChooseForm(vectors, inputs, outputs, nonZero, bits: 32, context);
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
        QuantizedRows? quantized = QuantizedRows.Of(node.Input(1).Constant!);
        NeuronBits bits = quantized is null ? NeuronBits.Floats(outputs) : NeuronBits.Of(quantized.Values, outputs);
        if (form == ProductForm.Unrolled)
        {
            kernel = kernel with
            {
                Literals = weights.Select(value => (double)value).ToArray(),
                LiteralBias = bias.Select(value => (double)value).ToArray()
            };
            return kernel with { Cost = Cost(kernel, vectors, weights.Length, nonZero, bits, (long)nonZero * sizeof(float)) };
        }

        PackedMatrix? packed = quantized is null ? null : PackedMatrix.TryPack(quantized.Values, outputs);
        OffsetPattern pattern = OffsetPattern.Rows(form == ProductForm.Columns ? inputs : 0, outputs);
        long? packedBytes = packed is null ? null : packed.Bytes.Length + (long)NarrowTable.Width(quantized!.Scales) * outputs;
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(
            form == ProductForm.Sparse ? SparseRows.Bytes(inputs, outputs, nonZero, sizeof(float)) : sizeof(float) * (long)weights.Length,
            packedBytes, sizeof(float) * outputs, NarrowTable.Width(bias) * outputs, pattern.Bytes, pattern.RepeatedBytes),
            StorageRules.IsCheap(vectors, isDense: form != ProductForm.Sparse));
        if (form == ProductForm.Columns && !storage.Packs && FitsPanels(vectors, inputs, outputs, context))
        {
            form = ProductForm.Panels;
            bool isLarge = sizeof(float) * PanelMatrix.Length(outputs, inputs) >= FewestTurnedBytes;
            kernel = kernel with { Form = form, PicksInputs = PicksInputs(weights, inputs, outputs), KeptBytes = isLarge ? 1 : 0 };
            if (kernel.PicksInputs) kernel = kernel with { Reason = kernel.Reason + "; inputs that are zero are left out where they are many" };
        }

        var tables = new LayerTables(context, kernel.PicksInputs ? sizeof(ushort) * inputs : 0);
        if (storage.Packs) kernel = kernel with { Reason = $"{kernel.Reason}; {storage.Reason}", Packing = packed!.Describe() };

        ConstantTable? scales = storage.Packs ? tables.Floats(quantized!.Scales, narrow: true) : null;
        if (form == ProductForm.Sparse)
        {
            SparseTables entries = storage.Packs ? SparseTables.Of(tables.Sparse(packed!, nonZero, inputs, scales: scales))
                : Sparse(inputs, outputs, i => weights[i] != 0, rows => context.Constants.Add(rows.Select(i => weights[i]).ToArray()),
                    context);
            kernel = kernel with { Weights = entries.Weights, Offsets = entries.Offsets, First = entries.First };
        }
        else if (form == ProductForm.Panels)
        {
            kernel = kernel with
            {
                Weights = context.Constants.Add(PanelMatrix.Lay(outputs, inputs, (output, input) => weights[output * inputs + input])),
            };
        }
        else
        {
            bool byColumn = form == ProductForm.Columns;
            kernel = kernel with
            {
                Weights = storage.Packs ? tables.Dense(packed!, weights.Length, byColumn ? 1 : inputs, byColumn ? outputs : 1,
                    scales: scales)
                    : context.Constants.Add(byColumn ? PlanContext.TransposeMatrix(weights, outputs, inputs) : weights),
                Offsets = byColumn ? tables.Offsets(pattern, storage.Computes) : null,
            };
        }

        kernel = kernel with { Bias = tables.Floats(bias, storage.Narrows) };
        return Finish(kernel, tables) with
        {
            Cost = Cost(kernel, vectors, weights.Length, nonZero, bits, Stored(kernel, tables)),
        };
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
        ProductForm form = ChooseForm(vectors, inputs, outputs, nonZero, weights.Bits, context);
        bool modern = context.Options.Profile == Profile.Modern;
        if (weights.Bits > 8 && form == ProductForm.Columns) form = ProductForm.Rows;
        if (form == ProductForm.Columns && !modern) form = ProductForm.Rows;
        long clocks = Clocks(form, vectors, weights.Values.Length, nonZero);
        ShuffledMatrix? shuffled = modern && context.Options.Optimize != Optimization.Size && weights.Bits == 8 && density <= 0.5
            && ShuffledMatrix.Fits(outputs, inputs) && clocks >= FewestShuffledClocks ? ShuffledMatrix.Of(weights.Values, outputs, inputs) : null;
        if (shuffled?.Clocks < clocks) form = ProductForm.Shuffled;

        int[] bias = form == ProductForm.Shuffled ? weights.BiasForUnsigned(x.Element) : weights.Bias;
        NeuronBits bits = NeuronBits.Of(weights.Values, outputs);
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
        };
        if (form == ProductForm.Unrolled)
        {
            kernel = kernel with
            {
                Literals = weights.Values.Select(value => (double)value).ToArray(),
                LiteralBias = weights.Bias.Select(value => (double)value).ToArray(),
            };
            return kernel with { Cost = Cost(kernel, vectors, weights.Values.Length, nonZero, bits, nonZero) };
        }

        PackedMatrix? packed = form == ProductForm.Shuffled ? null : PackedMatrix.TryPack(weights.Values, outputs);
        bool streams = packed is not null && vectors <= StorageRules.MostStreamedVectors;
        int pairCount = (inputs + 1) / 2;
        OffsetPattern pattern = OffsetPattern.Rows(form == ProductForm.Columns ? pairCount : 0, outputs);
        long plainBytes = form switch
        {
            ProductForm.Sparse => SparseRows.Bytes(inputs, outputs, nonZero, weights.Bits / 8),
            ProductForm.Columns => 2L * pairCount * outputs,
            ProductForm.Shuffled => shuffled!.Bytes,
            _ => (long)weights.Values.Length * (weights.Bits / 8),
        };
        Storage storage = StorageRules.Choose(context.StorageGoal, new LayerBytes(
            plainBytes, packed?.Bytes.Length, (sizeof(int) + sizeof(float)) * outputs,
            (NarrowTable.Width(bias) + NarrowTable.Width(requantization.Multipliers)) * outputs,
            pattern.Bytes, pattern.RepeatedBytes),
            !streams && StorageRules.IsCheap(vectors, isDense: form != ProductForm.Sparse));
        if (storage.Packs && streams) form = ProductForm.Packed;
        if (form == ProductForm.Columns && !storage.Packs && context.Options.Optimize != Optimization.Size)
        {
            form = ProductForm.Quads;
            bias = weights.BiasForUnsigned(x.Element);
            kernel = kernel with { Form = form };
        }

        var tables = new LayerTables(context, form == ProductForm.Columns ? pairCount * sizeof(int)
            : form == ProductForm.Quads ? QuadMatrix.IsDirect(x.Element, inputs) ? 0 : QuadMatrix.Quads(inputs) * QuadMatrix.Inputs
            : form == ProductForm.Shuffled ? ShuffledMatrix.SpreadBytes(inputs) : 0);
        if (storage.Packs)
        {
            kernel = kernel with
            {
                Form = form,
                Description = Describe(form, x.Element.ToString().ToLowerInvariant()),
                Reason = $"{Reason(form, density, nonZero, context)}; {storage.Reason}",
                Packing = packed!.Describe(),
            };
        }

        switch (form)
        {
            case ProductForm.Packed:
                kernel = kernel with { Weights = tables.Stream(packed!), Matrix = packed };
                break;
            case ProductForm.Shuffled:
                kernel = kernel with
                {
                    Weights = context.Constants.Add(ElementType.UInt8, shuffled!.Rounds.ToArray()),
                    Offsets = context.AddIndices(shuffled.Chunks),
                    First = context.Constants.Add(shuffled.Segments.ToArray()),
                    Segments = context.Constants.Add(shuffled.Groups.ToArray()),
                };
                break;
            case ProductForm.Sparse:
                SparseTables entries = storage.Packs ? SparseTables.Of(tables.Sparse(packed!, nonZero, inputs))
                    : Sparse(inputs, outputs, i => weights.Values[i] != 0, rows =>
                        WeightTable(rows.Select(i => weights.Values[i]).ToArray(), weights.Bits, context), context);
                kernel = kernel with { Weights = entries.Weights, Offsets = entries.Offsets, First = entries.First };
                break;
            case ProductForm.Quads:
                kernel = kernel with { Weights = context.Constants.Add(QuadMatrix.Lay(weights.Values, outputs, inputs)) };
                break;
            case ProductForm.Columns:
                var paired = new int[pairCount * outputs * 2];
                for (int o = 0; o < outputs; o++)
                    for (int i = 0; i < inputs; i++) paired[(i / 2 * outputs + o) * 2 + i % 2] = weights.Values[o * inputs + i];
                kernel = kernel with
                {
                    Pairs = true,
                    Weights = storage.Packs ? tables.Dense(packed!, paired.Length, 2, 2 * outputs, pairedColumns: inputs / 2 * 2)
                        : WeightTable(paired, 8, context),
                    Offsets = tables.Offsets(pattern, storage.Computes),
                };
                break;
            default:
                kernel = kernel with
                {
                    Weights = storage.Packs ? tables.Dense(packed!, weights.Values.Length, inputs, 1)
                        : WeightTable(weights.Values, weights.Bits, context),
                };
                break;
        }

        kernel = kernel with
        {
            Bias = tables.Integers(bias, storage.Narrows),
            Multipliers = tables.Floats(requantization.Multipliers, storage.Narrows),
        };
        return Finish(kernel, tables) with
        {
            Cost = Cost(kernel, vectors, weights.Values.Length, nonZero, bits, Stored(kernel, tables), shuffled?.Products),
        };
    }

    private static ProductForm ChooseForm(int vectors, int inputs, int outputs, int nonZero, int bits, PlanContext context)
    {
        double density = (double)nonZero / Math.Max(1, (long)inputs * outputs);
        ProductForm dense = outputs >= FewestColumns ? ProductForm.Columns : ProductForm.Rows;
        bool unrolls = vectors == 1 && context.CanUnroll(nonZero, density);
        if (context.Options is not { Profile: Profile.Modern, Optimize: Optimization.Speed } || vectors > 1)
            return unrolls ? ProductForm.Unrolled : context.PrefersSparseProduct(density) ? ProductForm.Sparse : dense;

        double loop = DenseClocks(inputs, outputs, bits), list = 1.2 * nonZero + 8 * outputs;
        if (unrolls && LiteralClocks(nonZero) <= Math.Min(loop, list)) return ProductForm.Unrolled;
        return density <= 0.5 && list < loop ? ProductForm.Sparse : dense;
    }

    // Clocks of a processor with wide vectors: weights are read in streams, where a panel waits for its own sums; a few outputs are sums along vectors, and bytes
    // are multiplied four at a time, wider integers one by one. Measured on the fully connected networks of docs/performance.md with zeros.
    private static double DenseClocks(int inputs, int outputs, int bits)
    {
        double weights = (double)inputs * outputs;
        if (bits is > 8 and < 32) return weights;
        if (outputs < FewestColumns) return weights / 4 + 15 * outputs;
        return bits == 8 ? Math.Max(weights / 20, inputs) : Math.Max(weights / 10, 4 * inputs);
    }

    // More than a few literals do not stay where instructions are taken from.
    private static long LiteralClocks(long nonZero) => (nonZero <= 512 ? 1 : 3) * nonZero;

    // Several vectors share weights that were loaded once, which panels do not; a last panel that is moved back repeats weights.
    private static bool FitsPanels(int vectors, int inputs, int outputs, PlanContext context) =>
        context.Options is { Profile: Profile.Modern, Optimize: not Optimization.Size } && vectors == 1
        && PanelMatrix.Length(outputs, inputs) <= 1.25 * outputs * inputs;

    // A list of inputs takes about as long as a vector for each of them. Zero times infinity is no zero.
    private static bool PicksInputs(float[] weights, int inputs, int outputs) => outputs >= FewestPicked * PanelMatrix.Lanes
        && inputs is >= FewestPickedInputs and <= ushort.MaxValue && Array.TrueForAll(weights, weight => !float.IsNaN(weight) && !float.IsInfinity(weight));

    // About the clocks of processors with 256-bit vectors without VNNI and with 512 bits and VNNI, from the networks of docs/performance.md.
    private static long Clocks(ProductForm form, int vectors, long weights, long nonZero) => form switch
    {
        ProductForm.Unrolled => LiteralClocks(nonZero),
        ProductForm.Sparse => 2 * nonZero,
        _ => weights / (vectors < 4 ? 20 : 16),
    };

    private static string Describe(ProductForm form, string element) => form switch
    {
        ProductForm.Columns => $"dense over outputs, {element}",
        ProductForm.Rows => $"dense dot products, {element}",
        ProductForm.Sparse => $"sparse dot products, {element}",
        ProductForm.Shuffled => $"sparse, sixteen outputs at a time, {element}",
        ProductForm.Packed => $"dot products from packed weights, {element}",
        _ => $"unrolled, weights as literals, {element}",
    };

    private static string Reason(ProductForm form, double density, int nonZero, PlanContext context) => form switch
    {
        ProductForm.Unrolled => FormattableString.Invariant($"{nonZero} non-zero weights are within the unroll budget"),
        ProductForm.Sparse or ProductForm.Shuffled => context.SparseReason(true, density),
        ProductForm.Packed => context.SparseReason(false, density),
        ProductForm.Columns => "enough outputs to fill vectors",
        _ => "too few outputs to fill vectors",
    };

    private static ConstantTable WeightTable(int[] values, int bits, PlanContext context) => bits == 8
        ? context.Constants.Add(values.Select(value => (sbyte)value).ToArray())
        : context.Constants.Add(ElementType.Int16,
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<short>(values.Select(value => (short)value).ToArray()));

    private static ProductKernel Finish(ProductKernel kernel, LayerTables tables) => kernel with
    {
        ScratchBytes = tables.ScratchBytes,
        Expansions = tables.Expansions,
    };

    private static long Stored(ProductKernel kernel, LayerTables tables) =>
        tables.StoredBytes(kernel.Weights, kernel.Offsets, kernel.First, kernel.Segments, kernel.Bias, kernel.Multipliers);

    private static LayerCost Cost(ProductKernel kernel, int vectors, int weights, int nonZero, NeuronBits bits, long bytes, long? shuffled = null)
    {
        bool skipsZeros = kernel.Form is ProductForm.Sparse or ProductForm.Shuffled or ProductForm.Unrolled
            || kernel.Matrix is { Coding: not PackedCoding.Dense };
        return new LayerCost(weights, nonZero, bits, (long)vectors * (skipsZeros ? nonZero : weights), (long)vectors * weights, bytes)
        {
            Products = vectors * (kernel.Form == ProductForm.Shuffled ? shuffled!.Value : skipsZeros ? nonZero : weights),
        };
    }

    private static SparseTables Sparse(int inputs, int outputs, Func<int, bool> isUsed, Func<int[], ConstantTable> weights,
        PlanContext context)
    {
        SparseRows rows = SparseRows.Of(inputs, outputs, isUsed, context);
        return new SparseTables(weights(rows.Entries), rows.Indices, rows.First);
    }

    /// <summary>The tables of a matrix without its zeros.</summary>
    private sealed record SparseTables(ConstantTable Weights, ConstantTable Offsets, ConstantTable First)
    {
        public static SparseTables Of((ConstantTable Weights, ConstantTable Offsets, ConstantTable First) tables) =>
            new(tables.Weights, tables.Offsets, tables.First);
    }
}
