using System.Linq;
using ModelGen.Graph;
using ModelGen.Planning;
using ModelGen.Planning.Kernels;

namespace ModelGen.Compiler;

/// <summary>Collects the figures of a plan.</summary>
internal static class ReportBuilder
{
    public static ModelReport Create(Plan plan, string fileName, long fileBytes, string hash)
    {
        LayerReport[] layers = plan.Steps.Select(step => new LayerReport(
            step.Index, step.Node.Operator.Kind, step.Node.Name, Shapes(step), step.Kernel.Cost.Weights, step.Kernel.Cost.NonZeroWeights,
                step.Kernel.Cost.Bits.Mean, step.Kernel.Cost.Bits.Histogram,
            step.Kernel.Cost.MultiplyAccumulates, step.Kernel.Cost.DenseMultiplyAccumulates, step.Kernel.Cost.Products,
            step.Kernel.Cost.WeightBytes,
                step.Kernel.ScratchBytes,
            step.Kernel.Description, step.Kernel.Reason)).ToArray();
        return new ModelReport
        {
            FileName = fileName,
            SourceHash = hash,
            FileBytes = fileBytes,
            Producer = plan.Graph.Metadata.Producer,
            Opset = plan.Graph.Metadata.Opset,
            Profile = plan.Options.Profile,
            Inputs = new(plan.Inputs.Select(Describe)),
            Outputs = new(plan.Outputs.Select(Describe)),
            Labels = plan.Graph.Metadata.Labels,
            Layers = new(layers),
            MultiplyAccumulates = layers.Sum(layer => layer.MultiplyAccumulates),
            DenseMultiplyAccumulates = layers.Sum(layer => layer.DenseMultiplyAccumulates),
            Weights = layers.Sum(layer => layer.Weights),
            NonZeroWeights = layers.Sum(layer => layer.NonZeroWeights),
            NeuronsByBits = new(Enumerable.Range(0, layers.Max(layer => (int?)layer.NeuronsByBits.Count) ?? 0).Select(bits =>
                layers.Sum(layer => bits < layer.NeuronsByBits.Count ? layer.NeuronsByBits[bits] : 0))),
            WeightBytes = plan.Constants.Bytes + plan.Steps.Sum(step => LiteralBytes(step.Kernel)),
            WorkspaceBytes = plan.WorkspaceBytes,
            WorkspaceLowerBound = plan.WorkspaceLowerBound,
        };
    }

    // Weights that are in the code and not in a table.
    private static long LiteralBytes(Kernel kernel) =>
        kernel is ProductKernel { Literals: { } literals } product
            ? (long)literals.Count(value => value != 0) * (product.IsInteger ? 1 : 4) : 0;

    private static TensorReport Describe(Port port) => new(
        port.Name, port.Identifier, port.Outer.Element, new(port.Outer.Shape.Dimensions),
        port.Conversion is null ? ElementType.Undefined : port.Inner.Element,
        port.Quantization?.Scale ?? 0,
        port.Quantization?.ZeroPoint ?? 0);

    private static string Shapes(Step step) =>
        string.Join(", ", step.Operands.Select(operand => Shape(operand.Shape))) + " -> "
            + string.Join(", ", step.Node.Outputs.Select(output => Shape(output.Shape)));

    // The batch of one says nothing.
    private static string Shape(Shape shape)
    {
        int[] sizes = shape.Rank > 1 && shape[0] == 1 ? shape.Dimensions.Skip(1).ToArray() : shape.ToArray();
        return sizes.Length == 0 ? "1" : string.Join("x", sizes);
    }
}
