using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Planning.Lowering.Training;

/// <summary>The other operations of training.</summary>
internal static class TrainingLowering
{
    private const int ShortestDot = 64;

    public static Kernel LowerProduct(Node node, PlanContext context)
    {
        var product = (GeneralMatrixMultiply)node.Operator;
        Value a = node.Input(0), b = node.Input(1);
        if (a.Constant is not null) throw context.Unsupported(node, "a constant left operand");
        int rows = node.Output.Shape[0], columns = node.Output.Shape[1], inner = a.Shape[product.TransposeLeft ? 0 : 1];
        long work = (long)rows * columns * inner;

        // Short dot products spend their time on adding up lanes; turning the right operand first costs one pass over it.
        bool turns = product.TransposeRight && inner < ShortestDot && rows >= 4;
        bool dots = product.TransposeRight && !turns;
        return new GeneralMatrixMultiplyKernel
        {
            Description = dots ? "dot products in tiles, float32" : "dense over columns in tiles, float32",
            TurnsRight = turns,
            ScratchBytes = turns ? sizeof(float) * inner * columns : 0,
            Rows = rows,
            Inner = inner,
            Columns = columns,
            TransposeLeft = product.TransposeLeft,
            RightRows = dots ? context.Constants.Add(Enumerable.Range(0, columns).Select(column => column * inner).ToArray()) : null,
            RightTable = b.Constant is null ? null : context.AddTensor(b.Constant),
            Cost = LayerCost.None with { MultiplyAccumulates = work, DenseMultiplyAccumulates = work },
        };
    }

    public static Kernel LowerPoolingGradient(Node node, PlanContext context)
    {
        Pooling pooling = ((PoolingGradient)node.Operator).Forward;
        Value x = node.Input(0), dy = node.Input(1);
        if (pooling.Ceiling && pooling.CountPadding)
            throw context.Unsupported(node, "the gradient of an average with ceil_mode over padding");
        return new PoolingGradientKernel
        {
            Description = "scalar, float32",
            Geometry = new ConvolutionGeometry(pooling.Window, x.Shape, dy.Shape),
            Planes = x.Shape[0] * x.Shape[1],
            Function = pooling.Function,
            CountPadding = pooling.CountPadding,
        };
    }

    public static Kernel LowerElements(Node node) => new TrainingElementKernel
    {
        Description = "element by element, float32",
        Operator = node.Operator,
        Length = node.Output.Shape.Count,
    };

    public static Kernel LowerRecurrentForward(Node node, PlanContext context)
    {
        Recurrent layer = ((RecurrentForward)node.Operator).Layer;
        if (!IsTrainable(layer)) throw context.Unsupported(node, "training of a layer with clipping, coupled gates or unusual functions");
        Shape p = node.Input(0).Shape;
        int gates = layer.Gates * layer.Hidden;
        return new RecurrentForwardKernel
        {
            Description = $"dense over gates, {p[0]} samples at once, float32",
            Layer = layer,
            Batch = p[0],
            Steps = p[1],
            ScratchBytes = sizeof(float) * (layer.Hidden * gates + 2 * p[0] * gates),
            Cost = Work(p, layer),
        };
    }

    public static Kernel LowerRecurrentGradient(Node node)
    {
        Recurrent layer = ((RecurrentGradient)node.Operator).Layer;
        Shape p = node.Input(4).Shape;
        return new RecurrentGradientKernel
        {
            Description = $"backpropagation through time, {p[0]} samples at once, float32",
            Layer = layer,
            Batch = p[0],
            Steps = p[1],
            ScratchBytes = sizeof(float) * (5 * p[0] * layer.Hidden),
            Cost = Work(p, layer),
        };
    }

    /// <summary>Whether a layer has the usual functions and none of the options that training does not know.</summary>
    public static bool IsTrainable(Recurrent layer)
    {
        if (layer.Clip > 0 || layer.CoupleInputForget) return false;
        UnaryFunction[] usual = layer.Cell switch
        {
            RecurrentCell.Lstm => [UnaryFunction.Sigmoid, UnaryFunction.Tanh, UnaryFunction.Tanh],
            RecurrentCell.Gru => [UnaryFunction.Sigmoid, UnaryFunction.Tanh],
            _ => [UnaryFunction.Tanh],
        };
        for (int i = 0; i < usual.Length; i++)
            if (layer.Activations[i].Function != usual[i]) return false;
        return true;
    }

    private static LayerCost Work(Shape projected, Recurrent layer)
    {
        long work = (long)projected.Count * layer.Hidden;
        return LayerCost.None with { MultiplyAccumulates = work, DenseMultiplyAccumulates = work };
    }
}
