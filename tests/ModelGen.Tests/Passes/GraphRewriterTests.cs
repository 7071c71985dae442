using System;
using System.Collections.Generic;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using Xunit;

namespace ModelGen.Tests.Passes;

/// <summary>A pass that changes the type of a value is a mistake of ModelGen, found where it is made.</summary>
public class GraphRewriterTests
{
    [Theory]
    [InlineData(ElementType.Float32, 3)]
    [InlineData(ElementType.Float64, 2)]
    public void AReplacementKeepsShapeAndElementType(ElementType element, int size)
    {
        var pass = new Replacing(Negated(), new TensorType(element, new Shape(size)));
        string message = Assert.Throws<InvalidOperationException>(pass.Rewrite).Message;
        Assert.StartsWith("Replacing replaces float32[2] of negate \"y\" by ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AReplacementOfTheSameTypeIsTaken()
    {
        ModelGraph graph = new Replacing(Negated(), new TensorType(ElementType.Float32, new Shape(2))).Rewrite();
        Assert.Equal("other", graph.Outputs[0].Value.Name);
    }

    private static ModelGraph Negated()
    {
        var builder = new GraphBuilder(new ModelMetadata("", "", "", 17, default));
        Value x = builder.AddInput("x", new TensorType(ElementType.Float32, new Shape(2)));
        return builder.Build([new GraphOutput("y", builder.Add(new Unary(UnaryFunction.Negate), "y", x))]);
    }

    private sealed class Replacing(ModelGraph graph, TensorType type) : GraphRewriter(graph)
    {
        protected override IReadOnlyList<Value>? Visit(Node node, Value?[] inputs) => [new Value("other", type)];
    }
}
