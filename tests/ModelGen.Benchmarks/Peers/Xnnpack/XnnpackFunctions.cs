using System.Runtime.InteropServices;

namespace ModelGen.Benchmarks.Peers.Xnnpack;

/// <summary>XNNPACK's C functions (xnnpack.h): they define a graph on tensors whose channels are last, and run it.</summary>
internal static unsafe partial class XnnpackFunctions
{
    private const string Library = "libXNNPACK.so.0";

    [LibraryImport(Library, EntryPoint = "xnn_initialize")]
    public static partial int Initialize(nint allocator);

    [LibraryImport(Library, EntryPoint = "xnn_create_subgraph")]
    public static partial int CreateSubgraph(uint externalValues, uint flags, out nint subgraph);

    [LibraryImport(Library, EntryPoint = "xnn_delete_subgraph")]
    public static partial int DeleteSubgraph(nint subgraph);

    [LibraryImport(Library, EntryPoint = "xnn_define_tensor_value")]
    public static partial int DefineTensor(nint subgraph, XnnpackType type, nuint rank, nuint* dimensions, void* data, uint external, uint flags, out uint id);

    [LibraryImport(Library, EntryPoint = "xnn_define_quantized_tensor_value")]
    public static partial int DefineQuantizedTensor(
        nint subgraph, XnnpackType type, int zeroPoint, float scale, nuint rank, nuint* dimensions, void* data, uint external, uint flags, out uint id);

    [LibraryImport(Library, EntryPoint = "xnn_define_channelwise_quantized_tensor_value")]
    public static partial int DefineChannelwiseQuantizedTensor(
        nint subgraph, XnnpackType type, float* scales, nuint rank, nuint axis, nuint* dimensions, void* data, uint external, uint flags, out uint id);

    [LibraryImport(Library, EntryPoint = "xnn_define_convolution_2d")]
    public static partial int DefineConvolution(
        nint subgraph, uint top, uint right, uint bottom, uint left, uint height, uint width, uint strideHeight, uint strideWidth, uint dilationHeight,
        uint dilationWidth, uint groups, nuint groupInputs, nuint groupOutputs, float low, float high, uint input, uint weights, uint bias, uint output,
        uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_depthwise_convolution_2d")]
    public static partial int DefineDepthwiseConvolution(
        nint subgraph, uint top, uint right, uint bottom, uint left, uint height, uint width, uint strideHeight, uint strideWidth, uint dilationHeight,
        uint dilationWidth, uint multiplier, nuint channels, float low, float high, uint input, uint weights, uint bias, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_fully_connected")]
    public static partial int DefineFullyConnected(nint subgraph, float low, float high, uint input, uint weights, uint bias, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_add2")]
    public static partial int DefineAddition(nint subgraph, float low, float high, uint left, uint right, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_max_pooling_2d")]
    public static partial int DefineMaximumPooling(
        nint subgraph, uint top, uint right, uint bottom, uint left, uint height, uint width, uint strideHeight, uint strideWidth, uint dilationHeight,
        uint dilationWidth, float low, float high, uint input, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_average_pooling_2d")]
    public static partial int DefineAveragePooling(
        nint subgraph, uint top, uint right, uint bottom, uint left, uint height, uint width, uint strideHeight, uint strideWidth, float low, float high,
        uint input, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_global_average_pooling_2d")]
    public static partial int DefineGlobalAveragePooling(nint subgraph, float low, float high, uint input, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_softmax")]
    public static partial int DefineSoftmax(nint subgraph, uint input, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_define_convert")]
    public static partial int DefineConversion(nint subgraph, uint input, uint output, uint flags);

    [LibraryImport(Library, EntryPoint = "xnn_create_runtime_v2")]
    public static partial int CreateRuntime(nint subgraph, nint threads, uint flags, out nint runtime);

    [LibraryImport(Library, EntryPoint = "xnn_setup_runtime")]
    public static partial int SetupRuntime(nint runtime, nuint count, XnnpackExternalValue* values);

    [LibraryImport(Library, EntryPoint = "xnn_invoke_runtime")]
    public static partial int InvokeRuntime(nint runtime);

    [LibraryImport(Library, EntryPoint = "xnn_delete_runtime")]
    public static partial int DeleteRuntime(nint runtime);
}
