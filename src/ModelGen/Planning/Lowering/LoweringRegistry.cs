using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Lowering.Training;

namespace ModelGen.Planning.Lowering;

/// <summary>The one place where an operation of the graph meets its kernel.</summary>
internal static class LoweringRegistry
{
    /// <summary>Chooses the kernel of a node.</summary>
    public static Kernel Lower(Node node, PlanContext context) => node.Operator switch
    {
        Convolution when node.Input(1).Constant is null => TrainingConvolutionLowering.LowerForward(node, context),
        Convolution when node.Input(0).Constant is not null => throw context.Unsupported(node, "an input that is constant"),
        Convolution { IsChannelsLast: true } => ChannelsLastLowering.Lower(node, context),
        Convolution => ConvolutionLowering.Lower(node, context),
        FullyConnected => ProductLowering.Lower(node, context),
        MatrixMultiply => MatrixMultiplyLowering.Lower(node, context),
        Pooling => PoolingLowering.Lower(node, context),
        Unary or Binary or Select or Cast => ElementWiseLowering.Lower(node, context),
        TableLookup => ElementWiseLowering.LowerTable(node, context),
        QuantizedSum => ElementWiseLowering.LowerSum(node, context),
        Movement => MovementLowering.Lower(node, context),
        Gather => MovementLowering.LowerGather(node, context),
        Reduction => ReductionLowering.Lower(node, context),
        ArgumentReduction => ReductionLowering.LowerArgument(node),
        Softmax => NormalizationLowering.LowerSoftmax(node, context),
        Standardize => NormalizationLowering.LowerStandardize(node, context),
        LocalResponse => NormalizationLowering.LowerLocalResponse(node, context),
        Recurrent => RecurrentLowering.Lower(node, context),
        Quantize => QuantizationLowering.LowerQuantize(node, context),
        Dequantize => QuantizationLowering.LowerDequantize(node, context),
        GeneralMatrixMultiply => TrainingLowering.LowerProduct(node, context),
        ConvolutionInputGradient => TrainingConvolutionLowering.LowerInputGradient(node, context),
        ConvolutionWeightGradient => TrainingConvolutionLowering.LowerWeightGradient(node, context),
        PoolingGradient => TrainingLowering.LowerPoolingGradient(node, context),
        ClampGradient or FakeQuantize or FakeQuantizeGradient => TrainingLowering.LowerElements(node),
        RecurrentForward => TrainingLowering.LowerRecurrentForward(node, context),
        RecurrentGradient => TrainingLowering.LowerRecurrentGradient(node),
        _ => throw context.Unsupported(node, "this operation"),
    };
}
