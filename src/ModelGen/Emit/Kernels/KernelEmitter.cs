using ModelGen.Emit.Kernels.Training;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;
using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Emit.Kernels;

/// <summary>The one place where a kernel meets its emitter.</summary>
internal static class KernelEmitter
{
    /// <summary>Writes the body of a layer method.</summary>
    public static void Emit(Kernel kernel, LayerScope scope)
    {
        switch (kernel)
        {
            case ChannelsLastKernel convolution: ChannelsLastEmitter.Emit(convolution, scope); break;
            case ShuffledConvolutionKernel convolution: ShuffledConvolutionEmitter.Emit(convolution, scope); break;
            case WinogradKernel convolution: WinogradEmitter.Emit(convolution, scope); break;
            case ConvolutionKernel convolution: ConvolutionEmitter.Emit(convolution, scope); break;
            case ProductKernel product: ProductEmitter.Emit(product, scope); break;
            case MatrixMultiplyKernel product: ProductEmitter.Emit(product, scope); break;
            case IntegerMatrixMultiplyKernel product: IntegerMatrixEmitter.Emit(product, scope); break;
            case PoolingKernel pooling: PoolingEmitter.Emit(pooling, scope); break;
            case ElementWiseKernel elementWise: ElementWiseEmitter.Emit(elementWise, scope); break;
            case LookupKernel lookup: QuantizedEmitter.Emit(lookup, scope); break;
            case QuantizedBinaryKernel binary: QuantizedEmitter.Emit(binary, scope); break;
            case QuantizedSumKernel sum: QuantizedEmitter.Emit(sum, scope); break;
            case QuantizeKernel quantize: QuantizedEmitter.Emit(quantize, scope); break;
            case DequantizeKernel dequantize: QuantizedEmitter.Emit(dequantize, scope); break;
            case CopyKernel copy: CopyEmitter.Emit(copy, scope); break;
            case GatherKernel gather: CopyEmitter.Emit(gather, scope); break;
            case ReductionKernel reduction: ReductionEmitter.Emit(reduction, scope); break;
            case ArgumentReductionKernel reduction: ReductionEmitter.Emit(reduction, scope); break;
            case SoftmaxKernel softmax: NormalizationEmitter.Emit(softmax, scope); break;
            case StandardizeKernel standardize: NormalizationEmitter.Emit(standardize, scope); break;
            case LocalResponseKernel local: NormalizationEmitter.Emit(local, scope); break;
            case RecurrentKernel recurrent: RecurrentEmitter.Emit(recurrent, scope); break;
            case GeneralMatrixMultiplyKernel product: TrainingProductEmitter.Emit(product, scope); break;
            case TrainableConvolutionKernel convolution: TrainingConvolutionEmitter.Emit(convolution, scope); break;
            case ConvolutionInputGradientKernel gradient: TrainingConvolutionEmitter.Emit(gradient, scope); break;
            case ConvolutionWeightGradientKernel gradient: TrainingConvolutionEmitter.Emit(gradient, scope); break;
            case PoolingGradientKernel gradient: TrainingPoolingEmitter.Emit(gradient, scope); break;
            case TrainingElementKernel element: TrainingElementEmitter.Emit(element, scope); break;
            case RecurrentForwardKernel forward: TrainingRecurrentEmitter.Emit(forward, scope); break;
            case RecurrentGradientKernel gradient: TrainingRecurrentEmitter.Emit(gradient, scope); break;
            default: throw new System.InvalidOperationException(kernel.GetType().Name);
        }
    }
}
