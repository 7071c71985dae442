using System.Linq;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Tests.Support;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using Xunit;

namespace ModelGen.Compression.Tests.Quantize;

/// <summary>Where ranges are needed: nowhere twice, and nowhere that no layer on integers reads.</summary>
public class QuantizationPointsTests
{
    [Fact]
    public void LayersWithTheirReluArePointsAndPoolingInherits()
    {
        ModelGraph graph = Networks.LeNet(0);
        Assert.Equal(
            [
                "x <- ", "clip2 <- max_pool2d3", "clip5 <- max_pool2d6, reshape7", "clip9 <- ", "fc10 <- ",
            ],
            QuantizationPoints.Of(graph).Select(point =>
                point.Value.Name + " <- " + string.Join(", ", point.Inherited.Select(value => value.Name))));
    }

    [Fact]
    public void TheSoftmaxAtTheEndStaysFloat()
    {
        ModelGraph graph = Networks.LeNet(0);
        Assert.DoesNotContain(QuantizationPoints.Of(graph), point => point.Value == graph.Outputs[0].Value);
    }

    [Fact]
    public void RecurrentLayersNeedNoRangesOfTheirInputs()
    {
        ModelGraph graph = Networks.Recurrent(RecurrentCell.Gru, 0);
        Value[] points = QuantizationPoints.Of(graph).Select(point => point.Value).ToArray();
        Assert.DoesNotContain(graph.Inputs[0], points);
        Assert.Equal(3, points.Length);
        Assert.Contains(graph.Nodes.Single(node => node.Operator is Recurrent).Outputs[1], points);
    }

    [Fact]
    public void AFunctionSpelledWithSeveralOperatorsIsOne()
    {
        RandomNetwork n = new();
        Value x = n.Convolution(n.Input(1, 3, 8, 8), 4, 3);
        Value swish = n.Binary(BinaryFunction.Multiply, x, n.Unary(UnaryFunction.Sigmoid, x));
        ModelGraph graph = n.Build(n.Convolution(swish, 4, 3));
        Assert.Equal([graph.Inputs[0], x, swish, graph.Outputs[0].Value], QuantizationPoints.Of(graph).Select(point => point.Value));
    }

    [Fact]
    public void OnlyThePartThatIsReadOfARecurrentSequenceIsQuantized()
    {
        RandomNetwork n = new();
        Value x = n.Input(1, 10, 3);
        RecurrentActivation[] tanh = [new(UnaryFunction.Tanh)];
        Value[] results = [n.Add(new Recurrent(RecurrentCell.Simple, 4, false, new(tanh), false, 0, false),
            x, n.Constant("w", [4, 3], 3), n.Constant("r", [4, 4], 4))];
        Value last = n.Add(new Slice(new([0, 9, 0]), new([1, 1, 1]), new([1, 1, 4])), results[0]);
        ModelGraph graph = n.Build(n.FullyConnected(n.Flatten(last), 2));
        QuantizationPoint[] points = QuantizationPoints.Of(graph).ToArray();
        Assert.DoesNotContain(points, point => point.Value == results[0]);
        Assert.Equal(4, points[0].Value.Shape.Count);
    }

    [Fact]
    public void ALayerWithoutIntegerRuleIsNoPointUnlessItIsRead()
    {
        RandomNetwork n = new();
        Value x = n.FullyConnected(n.Input(1, 6), 6);
        Value quotient = n.Binary(BinaryFunction.Divide, x, n.Unary(UnaryFunction.Exp, x));
        Value unread = n.Binary(BinaryFunction.Power, x, n.FullyConnected(quotient, 6));
        ModelGraph graph = n.Build(unread);
        Value[] points = QuantizationPoints.Of(graph).Select(point => point.Value).ToArray();
        Assert.Contains(quotient, points);
        Assert.DoesNotContain(unread, points);
    }
}
