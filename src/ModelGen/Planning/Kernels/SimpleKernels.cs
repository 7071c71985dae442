using System.Collections.Generic;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Planning.Kernels;

/// <summary>Pooling over flat planes.</summary>
internal sealed record PoolingKernel : Kernel
{
    public required ConvolutionGeometry Geometry { get; init; }

    public required PoolingKind Function { get; init; }

    public required ElementType Element { get; init; }

    public required ConstantTable Offsets { get; init; }

    /// <summary>Averages: elements that count at each output position, or <see langword="null"/> when all have <see cref="Divisor"/>.</summary>
    public ConstantTable? Divisors { get; init; }

    /// <summary>Averages: elements that count at every output position.</summary>
    public int Divisor { get; init; } = 1;

    /// <summary>Integer averages: how sums become bytes; multipliers by position when <see cref="Divisors"/> is set.</summary>
    public Requantization? Requantization { get; init; }

    public int InputZeroPoint { get; init; }

    public ElementType Output { get; init; }
}

/// <summary>An expression of one or more operands evaluated for every element, with broadcasting.</summary>
internal sealed record ElementWiseKernel : Kernel
{
    /// <summary>Types of the operands as the kernel reads them; a constant one comes from a table.</summary>
    public required IReadOnlyList<ElementWiseOperand> Operands { get; init; }

    public required TensorType Result { get; init; }

    /// <summary>The operation.</summary>
    public required Operator Operator { get; init; }

    /// <inheritdoc/>
    public override bool CanRunInPlace => Operands[0].Constant is null && Operands[0].Element.Size() == Result.Element.Size() && Operands[0].Shape.Equals(Result.Shape);
}

/// <summary>An operand of an element-wise kernel.</summary>
/// <param name="Element">Element type.</param>
/// <param name="Shape">Shape before broadcasting.</param>
/// <param name="Constant">Its table when it is constant.</param>
/// <param name="Scalar">The constant when it is one number.</param>
internal sealed record ElementWiseOperand(ElementType Element, Shape Shape, ConstantTable? Constant, Tensor? Scalar);

/// <summary>8-bit function by table: 256 results, or as many for each channel.</summary>
internal sealed record LookupKernel : Kernel
{
    public required ElementType Input { get; init; }

    public required ElementType Output { get; init; }

    public required ConstantTable Table { get; init; }

    public required int Length { get; init; }

    /// <summary>Number of tables, taken in turn.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Neighbouring elements that share a table, when there are several.</summary>
    public int Inner { get; init; } = 1;

    /// <inheritdoc/>
    public override bool CanRunInPlace => true;
}

/// <summary>Sum, difference or product of two quantized tensors, requantized.</summary>
internal sealed record QuantizedBinaryKernel : Kernel
{
    public required BinaryFunction Function { get; init; }

    public required ElementWiseOperand Left { get; init; }

    public required ElementWiseOperand Right { get; init; }

    public required Quantization LeftQuantization { get; init; }

    public required Quantization RightQuantization { get; init; }

    public required TensorType Result { get; init; }

    public required Requantization Requantization { get; init; }
}

/// <summary>Copies of strided blocks.</summary>
internal sealed record CopyKernel : Kernel
{
    public required IReadOnlyList<CopyRegion> Regions { get; init; }

    public required ElementType Element { get; init; }

    /// <summary>Number to fill the result with first, or <see langword="null"/> when the blocks cover it.</summary>
    public double? Fill { get; init; }

    /// <summary>Tables of constant operands by operand index.</summary>
    public required IReadOnlyList<ConstantTable?> Constants { get; init; }

    /// <summary>256-entry tables that requantize an operand while it is copied, by operand index.</summary>
    public IReadOnlyList<ConstantTable?> Lookups { get; init; } = [];
}

/// <summary>Slices picked by indices that are known at run time.</summary>
internal sealed record GatherKernel : Kernel
{
    public required ElementType Element { get; init; }

    public required ElementType IndexElement { get; init; }

    public required int Outer { get; init; }

    public required int AxisSize { get; init; }

    public required int Inner { get; init; }

    public required int Indices { get; init; }

    /// <summary>Table of the data when it is constant.</summary>
    public ConstantTable? Data { get; init; }

    /// <summary>Table of the indices when they are constant.</summary>
    public ConstantTable? IndexTable { get; init; }
}

/// <summary>Reduction of a block of axes: element [outer][reduced][inner].</summary>
internal sealed record ReductionKernel : Kernel
{
    public required ReductionFunction Function { get; init; }

    public required ElementType Element { get; init; }

    /// <summary>Strided description: dimensions and strides of kept axes.</summary>
    public required int[] KeptDimensions { get; init; }

    public required int[] KeptStrides { get; init; }

    /// <summary>Dimensions and strides of reduced axes.</summary>
    public required int[] ReducedDimensions { get; init; }

    public required int[] ReducedStrides { get; init; }

    public Activation Activation { get; init; } = Activation.None;

    /// <summary>Integer mean: how sums become bytes.</summary>
    public Requantization? Requantization { get; init; }

    public int InputZeroPoint { get; init; }

    public ElementType Output { get; init; }
}

/// <summary>Index of the largest or smallest element.</summary>
internal sealed record ArgumentReductionKernel : Kernel
{
    public required ElementType Element { get; init; }

    public required int Outer { get; init; }

    public required int Length { get; init; }

    public required int Inner { get; init; }

    public required bool Smallest { get; init; }

    public required bool Last { get; init; }
}

/// <summary>Softmax over [outer][length][inner].</summary>
internal sealed record SoftmaxKernel : Kernel
{
    public required int Outer { get; init; }

    public required int Length { get; init; }

    public required int Inner { get; init; }

    public required bool Logarithm { get; init; }

    /// <summary>Quantized input: table of exp(-d * scale) for differences d of 0 to 255.</summary>
    public ConstantTable? Exponentials { get; init; }

    public ElementType Input { get; init; } = ElementType.Float32;

    /// <summary>Quantized result, or <see langword="null"/> for float32.</summary>
    public QuantizedResult? Result { get; init; }
}

/// <summary>Zero mean and unit variance of each run of elements.</summary>
internal sealed record StandardizeKernel : Kernel
{
    public required int Runs { get; init; }

    public required int Length { get; init; }

    public required float Epsilon { get; init; }
}

/// <summary>Local response normalization.</summary>
internal sealed record LocalResponseKernel : Kernel
{
    public required LocalResponse Operator { get; init; }

    public required int Channels { get; init; }

    public required int Inner { get; init; }
}

/// <summary>Product of two computed matrices.</summary>
internal sealed record MatrixMultiplyKernel : Kernel
{
    public required int Rows { get; init; }

    public required int Inner { get; init; }

    public required int Columns { get; init; }

    /// <summary>Where the matrices of each product are.</summary>
    public required MatrixBatch Batch { get; init; }

    /// <summary>Offset of each row of the right matrix.</summary>
    public required ConstantTable Offsets { get; init; }

    /// <summary>A table of zeros in place of a bias.</summary>
    public required ConstantTable Zeros { get; init; }

    public ConstantTable? LeftTable { get; init; }

    public ConstantTable? RightTable { get; init; }

    public Activation Activation { get; init; } = Activation.None;
}

/// <summary>Real numbers to integers.</summary>
internal sealed record QuantizeKernel : Kernel
{
    public required int Length { get; init; }

    public required ElementType Output { get; init; }

    /// <summary>What results saturate to.</summary>
    public required IntegerRange Range { get; init; }

    public required Quantization Parameters { get; init; }

    /// <summary>Elements between steps of the axis of per-axis parameters.</summary>
    public int Inner { get; init; } = 1;

    public ConstantTable? Scales { get; init; }

    public ConstantTable? ZeroPoints { get; init; }
}

/// <summary>Integers to real numbers.</summary>
internal sealed record DequantizeKernel : Kernel
{
    public required int Length { get; init; }

    public required ElementType Input { get; init; }

    public required Quantization Parameters { get; init; }

    /// <summary>Elements between steps of the axis of per-axis parameters.</summary>
    public int Inner { get; init; } = 1;

    public ConstantTable? Scales { get; init; }

    public ConstantTable? ZeroPoints { get; init; }
}
