using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Benchmarks.Peers.Xnnpack;

/// <summary>A graph that is being defined, with the memory of its constants, inputs and outputs.</summary>
internal sealed unsafe class XnnpackSubgraph : IDisposable
{
    private const uint NotExternal = uint.MaxValue, ExternalInput = 1, ExternalOutput = 2, Flattened = 4;
    private const nuint Alignment = 64;

    // XNNPACK reads that far beyond what it needs (XNN_EXTRA_BYTES).
    private const int ExtraBytes = 16;

    private readonly nint _subgraph;
    private readonly List<nint> _memory = [];
    private readonly List<XnnpackExternalValue> _external = [];

    /// <summary>Begins a graph.</summary>
    /// <param name="externalValues">Number of inputs and outputs.</param>
    /// <exception cref="PeerException">XNNPACK is not installed.</exception>
    public XnnpackSubgraph(int externalValues)
    {
        try
        {
            Check(XnnpackFunctions.Initialize(0), "initialization");
            Check(XnnpackFunctions.CreateSubgraph((uint)externalValues, 0, out _subgraph), "a graph");
        }
        catch (DllNotFoundException)
        {
            throw new PeerException("XNNPACK is not there; apt-get install libxnnpack-dev installs it");
        }
        catch (EntryPointNotFoundException e)
        {
            throw new PeerException($"XNNPACK is another version: {e.Message}");
        }
    }

    /// <summary>Defines an input.</summary>
    /// <param name="dimensions">Its dimensions, channels last.</param>
    /// <param name="data">Its elements.</param>
    public uint Input(int[] dimensions, ReadOnlySpan<byte> data) => External(dimensions, Copy(data), ExternalInput);

    /// <summary>Defines an output.</summary>
    /// <param name="dimensions">Its dimensions, channels last.</param>
    /// <param name="data">Where it will be.</param>
    public uint Output(int[] dimensions, out nint data)
    {
        data = (nint)Allocate(dimensions.Aggregate(sizeof(float), (a, b) => a * b));
        return External(dimensions, (void*)data, ExternalOutput);
    }

    /// <summary>Defines a result of one node that others read.</summary>
    /// <param name="type">Element type and quantization.</param>
    /// <param name="dimensions">Its dimensions, channels last.</param>
    public uint Intermediate(TensorType type, int[] dimensions) => Define(type.Element, type.Quantization, dimensions, -1, null);

    /// <summary>Defines a constant.</summary>
    /// <param name="element">Element type.</param>
    /// <param name="quantization">Scales, and the axis that they belong to; <see langword="null"/> for real numbers.</param>
    /// <param name="dimensions">Its dimensions, channels last.</param>
    /// <param name="axis">Axis of a scale a channel.</param>
    /// <param name="data">Its elements.</param>
    public uint Constant(ElementType element, Quantization? quantization, int[] dimensions, int axis, ReadOnlySpan<byte> data) =>
        Define(element, quantization, dimensions, axis, Copy(data));

    /// <summary>Adds a convolution: weights [M, spatial..., C / groups], or [1, spatial..., C] where it is depthwise.</summary>
    public void Convolution(Window window, int groups, int groupInputs, int groupOutputs, bool isDepthwise, Activation activation, uint input, uint weights, uint bias, uint output)
    {
        (uint top, uint left, uint bottom, uint right) = Pads(window);
        (uint height, uint width) = Pair(window.Kernel, 1);
        (uint strideHeight, uint strideWidth) = Pair(window.Strides, 1);
        (uint dilationHeight, uint dilationWidth) = Pair(window.Dilations, 1);
        Check(isDepthwise
            ? XnnpackFunctions.DefineDepthwiseConvolution(_subgraph, top, right, bottom, left, height, width, strideHeight, strideWidth, dilationHeight, dilationWidth,
                1, (nuint)groups, activation.Low, activation.High, input, weights, bias, output, 0)
            : XnnpackFunctions.DefineConvolution(_subgraph, top, right, bottom, left, height, width, strideHeight, strideWidth, dilationHeight, dilationWidth,
                (uint)groups, (nuint)groupInputs, (nuint)groupOutputs, activation.Low, activation.High, input, weights, bias, output, 0), "a convolution");
    }

    /// <summary>Adds a fully connected layer, which takes its input as one row whatever its dimensions.</summary>
    public void FullyConnected(Activation activation, uint input, uint weights, uint bias, uint output) =>
        Check(XnnpackFunctions.DefineFullyConnected(_subgraph, activation.Low, activation.High, input, weights, bias, output, Flattened), "a fully connected layer");

    /// <summary>Adds a sum of two tensors.</summary>
    public void Addition(Activation activation, uint left, uint right, uint output) =>
        Check(XnnpackFunctions.DefineAddition(_subgraph, activation.Low, activation.High, left, right, output, 0), "an addition");

    /// <summary>Adds pooling over a window.</summary>
    public void Pooling(PoolingKind kind, Window window, Activation activation, uint input, uint output)
    {
        (uint top, uint left, uint bottom, uint right) = Pads(window);
        (uint height, uint width) = Pair(window.Kernel, 1);
        (uint strideHeight, uint strideWidth) = Pair(window.Strides, 1);
        (uint dilationHeight, uint dilationWidth) = Pair(window.Dilations, 1);
        Check(kind == PoolingKind.Max
            ? XnnpackFunctions.DefineMaximumPooling(_subgraph, top, right, bottom, left, height, width, strideHeight, strideWidth, dilationHeight, dilationWidth,
                activation.Low, activation.High, input, output, 0)
            : XnnpackFunctions.DefineAveragePooling(_subgraph, top, right, bottom, left, height, width, strideHeight, strideWidth,
                activation.Low, activation.High, input, output, 0), "pooling");
    }

    /// <summary>Adds the mean over all places of each channel.</summary>
    public void GlobalAveragePooling(Activation activation, uint input, uint output) =>
        Check(XnnpackFunctions.DefineGlobalAveragePooling(_subgraph, activation.Low, activation.High, input, output, 0), "global pooling");

    /// <summary>Adds a softmax over the last axis.</summary>
    public void Softmax(uint input, uint output) => Check(XnnpackFunctions.DefineSoftmax(_subgraph, input, output, 0), "softmax");

    /// <summary>Adds quantization, or its inverse.</summary>
    public void Conversion(uint input, uint output) => Check(XnnpackFunctions.DefineConversion(_subgraph, input, output, 0), "a conversion");

    /// <summary>Ends the graph: one thread, inputs and outputs in their places.</summary>
    /// <returns>What runs it, to be deleted before this.</returns>
    public nint CreateRuntime()
    {
        Check(XnnpackFunctions.CreateRuntime(_subgraph, 0, 0, out nint runtime), "a runtime");
        fixed (XnnpackExternalValue* values = _external.ToArray()) Check(XnnpackFunctions.SetupRuntime(runtime, (nuint)_external.Count, values), "inputs and outputs");
        return runtime;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = XnnpackFunctions.DeleteSubgraph(_subgraph);
        foreach (nint memory in _memory) NativeMemory.AlignedFree((void*)memory);
    }

    private static void Check(int status, string what)
    {
        if (status != 0) throw new PeerException($"XNNPACK refuses {what}: status {status}");
    }

    private static (uint Top, uint Left, uint Bottom, uint Right) Pads(Window window)
    {
        (uint top, uint left) = Pair(window.PadsBegin, 0);
        (uint bottom, uint right) = Pair(window.PadsEnd, 0);
        return (top, left, bottom, right);
    }

    // Of height and width; a line is one pixel high.
    private static (uint Height, uint Width) Pair(EquatableArray<int> values, uint single) => values.Count == 1 ? (single, (uint)values[0]) : ((uint)values[0], (uint)values[1]);

    private uint External(int[] dimensions, void* data, uint flag)
    {
        uint id = (uint)_external.Count;
        nuint[] sizes = [.. dimensions.Select(size => (nuint)size)];
        _external.Add(new XnnpackExternalValue(id, (nint)data));
        fixed (nuint* pointer = sizes)
            Check(XnnpackFunctions.DefineTensor(_subgraph, XnnpackType.Float32, (nuint)sizes.Length, pointer, null, id, flag, out _), "an input or output");
        return id;
    }

    private uint Define(ElementType element, Quantization? quantization, int[] dimensions, int axis, void* data)
    {
        nuint[] sizes = [.. dimensions.Select(size => (nuint)size)];
        nuint rank = (nuint)sizes.Length;
        uint id;
        fixed (nuint* pointer = sizes)
        {
            int status = (element, quantization) switch
            {
                (ElementType.Float32, null) => XnnpackFunctions.DefineTensor(_subgraph, XnnpackType.Float32, rank, pointer, data, NotExternal, 0, out id),
                (ElementType.Int8 or ElementType.UInt8 or ElementType.Int32, { IsPerTensor: true } one) => XnnpackFunctions.DefineQuantizedTensor(
                    _subgraph, TypeOf(element), one.ZeroPoint, one.Scale, rank, pointer, data, NotExternal, 0, out id),
                (ElementType.Int8 or ElementType.Int32, { } many) => XnnpackFunctions.DefineChannelwiseQuantizedTensor(
                    _subgraph, element == ElementType.Int8 ? XnnpackType.ChannelwiseInt8 : XnnpackType.ChannelwiseInt32,
                    (float*)Copy(MemoryMarshal.AsBytes<float>(many.Scales.ToArray())), rank, (nuint)axis, pointer, data, NotExternal, 0, out id),
                _ => throw new PeerException($"XNNPACK has no tensors of type {element}"),
            };
            Check(status, $"a tensor of type {element}");
        }

        return id;
    }

    private static XnnpackType TypeOf(ElementType element) => element switch
    {
        ElementType.Int8 => XnnpackType.Int8,
        ElementType.UInt8 => XnnpackType.UInt8,
        _ => XnnpackType.Int32,
    };

    private void* Copy(ReadOnlySpan<byte> data)
    {
        void* copy = Allocate(data.Length);
        data.CopyTo(new Span<byte>(copy, data.Length));
        return copy;
    }

    private void* Allocate(int bytes)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)(bytes + ExtraBytes), Alignment);
        new Span<byte>(memory, bytes + ExtraBytes).Clear();
        _memory.Add((nint)memory);
        return memory;
    }
}
