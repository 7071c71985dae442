using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Planning.Lowering.Training;

/// <summary>Convolutions of training: forward with given weights, and the gradients of input and weights.</summary>
internal static class TrainingConvolutionLowering
{
    public static Kernel LowerForward(Node node, PlanContext context)
    {
        var convolution = (Convolution)node.Operator;
        Value x = node.Input(0), w = node.Input(1);
        if (x.Element != ElementType.Float32 || w.Element != ElementType.Float32)
            throw context.Unsupported(node, $"weights {w.Type} that are computed at run time");
        var geometry = new ConvolutionGeometry(convolution.Window, x.Shape, node.Output.Shape);
        int outputs = w.Shape[0], perGroup = outputs / convolution.Groups;
        int scratch = (geometry.IsDirect ? 0 : Align(geometry.PackedLength))
            + (geometry.IsContiguous ? 0 : Align(perGroup * geometry.Length)) + Lists(outputs, w.Shape.Count, context);
        return new TrainableConvolutionKernel
        {
            Description = "over pixels, weights given at run time, float32",
            Geometry = geometry,
            Batch = x.Shape[0],
            Groups = convolution.Groups,
            OutputChannels = outputs,
            Offsets = TapOffsets(geometry, w.Shape[1], context),
            Bias = node.OptionalInput(2) switch
            {
                null => context.Constants.Add(new float[outputs]),
                { Constant: { } bias } => context.AddTensor(bias),
                _ => null,
            },
            Activation = convolution.Activation,
            ScratchBytes = scratch,
            Cost = Work(node.Output.Shape.Count, w.Shape),
        };
    }

    public static Kernel LowerInputGradient(Node node, PlanContext context)
    {
        var gradient = (ConvolutionInputGradient)node.Operator;
        Value dy = node.Input(0), w = node.Input(1);
        var geometry = new ConvolutionGeometry(gradient.Window, gradient.Target, dy.Shape);
        int outputs = w.Shape[0], perGroup = outputs / gradient.Groups, kernel = geometry.KernelHeight * geometry.KernelWidth;
        int[] inPlane = Enumerable.Range(0, kernel).Select(tap =>
            geometry.OffsetInPlane(tap / geometry.KernelWidth, tap % geometry.KernelWidth)).ToArray();
        int margin = inPlane.Max(), planeLength = geometry.Rows * geometry.Columns, spread = margin + planeLength;
        var phases = new List<PhaseTaps>();
        for (int phase = 0; phase < geometry.PhasesY * geometry.PhasesX; phase++)
        {
            int[] taps = Enumerable.Range(0, kernel).Where(tap =>
                geometry.Phase(tap / geometry.KernelWidth, tap % geometry.KernelWidth) == phase).ToArray();
            int[] offsets = Enumerable.Range(0, perGroup).SelectMany(o => taps.Select(tap => o * spread + margin - inPlane[tap])).ToArray();
            if (taps.Length > 0) phases.Add(new PhaseTaps(phase, context.Constants.Add(taps), context.Constants.Add(offsets)));
        }

        var result = new ConvolutionInputGradientKernel
        {
            Description = "over pixels, weights given at run time, float32",
            Geometry = geometry,
            Batch = dy.Shape[0],
            Groups = gradient.Groups,
            OutputChannels = outputs,
            Margin = margin,
            SpreadSize = spread,
            Phases = phases,
            Zeros = context.Constants.Add(new float[w.Shape[1]]),
            Cost = Work(dy.Shape.Count, w.Shape),
        };
        int scratch = Align(w.Shape.Count) + (result.IsSpreadDirect ? 0 : Align(outputs * spread))
            + (geometry.IsDirect ? 0 : Align(geometry.PackedLength)) + Lists(result.Rows, w.Shape.Count, context);
        return result with { ScratchBytes = scratch };
    }

    public static Kernel LowerWeightGradient(Node node, PlanContext context)
    {
        var gradient = (ConvolutionWeightGradient)node.Operator;
        Value x = node.Input(0), dy = node.Input(1);
        var geometry = new ConvolutionGeometry(gradient.Window, x.Shape, dy.Shape);
        int batch = x.Shape[0], outputs = gradient.Target[0], taps = gradient.Target.Product(1, gradient.Target.Rank);
        bool isMasked = node.OptionalInput(2) is not null && context.Options.Profile == Profile.Modern;
        return new ConvolutionWeightGradientKernel
        {
            Description = "dot products over pixels of all samples, float32",
            Geometry = geometry,
            Batch = batch,
            Groups = gradient.Groups,
            OutputChannels = outputs,
            Offsets = TapOffsets(geometry, gradient.Target[1], context),
            ScratchBytes = (geometry.IsDirect ? 0 : Align(batch * geometry.PackedLength))
                + (geometry.IsContiguous ? 0 : Align(batch * outputs * geometry.Length))
                + (isMasked ? 3 * Align(taps) : 0),
            IsMasked = isMasked,
            Cost = Work(dy.Shape.Count, gradient.Target),
        };
    }

    // Modern: what is left of the weights, offsets of their taps, where the list of each row begins.
    private static int Lists(int rows, int weights, PlanContext context) =>
        context.Options.Profile == Profile.Modern ? 2 * Align(weights) + Align(rows + 1) : 0;

    private static int Align(int floats) => ConvolutionLowering.Align(checked(floats * sizeof(float)));

    private static LayerCost Work(int outputElements, Shape weights)
    {
        long work = (long)outputElements * weights.Product(1, weights.Rank);
        return LayerCost.None with { MultiplyAccumulates = work, DenseMultiplyAccumulates = work };
    }

    private static ConstantTable TapOffsets(ConvolutionGeometry geometry, int channels, PlanContext context)
    {
        var offsets = new List<int>();
        for (int channel = 0; channel < channels; channel++)
            for (int y = 0; y < geometry.KernelHeight; y++)
                for (int x = 0; x < geometry.KernelWidth; x++) offsets.Add(channel * geometry.ChannelStride + geometry.Offset(y, x));
        return context.Constants.Add(offsets.ToArray());
    }
}
