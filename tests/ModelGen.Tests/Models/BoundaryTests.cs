using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Models;

/// <summary>Inputs and outputs of compiled models: the shapes they are bound to, what integers mean, and what the file declares.</summary>
public class BoundaryTests
{
    [Theory]
    [InlineData("", "1x49x10")]
    [InlineData("audio", "2x49x10")]
    public void AShapeIsBoundToTheOnlyInput(string name, string dimensions)
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("audio", DataType.Float32, -1, -1, 10).AddNode("Neg", ["audio"], ["y"])
            .AddOutput("y", DataType.Float32, -1, -1, 10);
        ModelInfo info = Info(model, Shape(name, dimensions));
        Assert.Equal(dimensions, string.Join("x", info.Inputs[0].Shape.ToArray()));
        Assert.Equal(dimensions, string.Join("x", info.Outputs[0].Shape.ToArray()));
    }

    [Fact]
    public void ShapesAreBoundToSeveralInputsByName()
    {
        ModelInfo info = Info(TwoInputs(), Shape("speaker", "1x32"), Shape("audio", "49x10"));
        Assert.Equal([49, 10], info.Inputs[0].Shape.ToArray());
        Assert.Equal([1, 32], info.Inputs[1].Shape.ToArray());
        Assert.Equal([49, 10], info.Outputs[0].Shape.ToArray());
    }

    [Fact]
    public void AShapeWithoutANameNeedsAModelWithOneInput()
    {
        ModelException error = Assert.Throws<ModelException>(() => Info(TwoInputs(), Shape("", "49x10")));
        Assert.Equal(ModelErrorIds.InvalidOption, error.Id);
        Assert.Contains("\"audio\", \"speaker\"", error.Message);
    }

    [Fact]
    public void AShapeForAnInitializerIsRefused()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("x", DataType.Float32, 2).AddInput("w", DataType.Float32, 2)
            .AddInitializer("w", [2], 1f, 2f)
            .AddNode("Add", ["x", "w"], ["y"]).AddOutput("y", DataType.Float32, 2);
        Assert.Equal([2], Info(model, Shape("", "2")).Inputs[0].Shape.ToArray());
        ModelException error = Assert.Throws<ModelException>(() => Info(model, Shape("w", "2")));
        Assert.Equal(ModelErrorIds.InvalidOption, error.Id);
        Assert.Contains("its inputs are \"x\"", error.Message);
    }

    [Fact]
    public void AnUnknownDimensionIsNamed()
    {
        ModelException error = Assert.Throws<ModelException>(() => Info(TwoInputs(), Shape("speaker", "1x32")));
        Assert.Equal(ModelErrorIds.UnboundDimension, error.Id);
        Assert.Contains("dimension 1 (\"d1\") of input \"audio\"", error.Message);
        Assert.Contains("InputShape=\"audio:1x...\"", error.Message);
    }

    [Fact]
    public void ADeclaredOutputShapeThatCannotBeIsRefused()
    {
        OnnxModelBuilder Model(params int[] declared) => new OnnxModelBuilder().AddInput("x", DataType.Float32, 2, 3)
            .AddNode("Neg", ["x"], ["y"]).AddOutput("y", DataType.Float32, declared);
        Info(Model(2, 3));
        Info(Model(-1, 3));
        foreach (int[] declared in new int[][] { [2, 4], [2, 3, 1], [6] })
        {
            ModelException error = Assert.Throws<ModelException>(() => Info(Model(declared)));
            Assert.Equal(ModelErrorIds.TypeMismatch, error.Id);
            string shape = string.Join(", ", declared);
            Assert.Contains($"output \"y\" is declared with shape [{shape}], but its node computes [2, 3]", error.Message);
        }
    }

    [Theory]
    [InlineData("Transpose", 0.05f, 3)]
    [InlineData("Sigmoid", 0.02f, -7)]
    public void IntegerInputsAndOutputsSayWhatTheyMean(string type, float scale, int zeroPoint)
    {
        OperatorCase model = new OperatorCase().Quantized("x", [3, 4], scale, zeroPoint).Node(type, ["x"], ["y"])
            .QuantizedOutput("y", 0.25f, 9);
        using CompiledTestModel compiled = CompiledTestModel.Compile(model.Build().File, "meaning.onnx", Profile.Modern);
        TensorInfo input = compiled.Info.Inputs[0], output = compiled.Info.Outputs[0];
        Assert.Equal((scale, zeroPoint, null), (input.Scale, input.ZeroPoint, input.QuantizedType));
        Assert.Equal((0.25f, 9, null), (output.Scale, output.ZeroPoint, output.QuantizedType));
    }

    [Fact]
    public void IntegersThatAreNotQuantizedMeanThemselves()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("x", DataType.Int8, 2).AddInitializer("s", [], 0.5f)
            .AddNode("DequantizeLinear", ["x", "s"], ["a"]).AddNode("Abs", ["x"], ["y"]).AddOutput("a", DataType.Float32, 2)
            .AddOutput("y", DataType.Int8, 2);
        ModelInfo info = Info(model);
        Assert.Equal(0.5f, info.Inputs[0].Scale);
        Assert.Equal(0, info.Outputs[1].Scale);
    }

    [Fact]
    public void IntegersReadInTwoWaysHaveNoOneMeaning()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().AddInput("x", DataType.Int8, 2).AddInitializer("s", [], 0.5f)
            .AddInitializer("t", [], 0.25f)
            .AddNode("DequantizeLinear", ["x", "s"], ["a"]).AddNode("DequantizeLinear", ["x", "t"], ["b"])
            .AddNode("Add", ["a", "b"], ["y"]).AddOutput("y", DataType.Float32, 2);
        Assert.Equal(0, Info(model).Inputs[0].Scale);
    }

    private static OnnxModelBuilder TwoInputs() => new OnnxModelBuilder().AddInput("audio", DataType.Float32, -1, -1)
        .AddInput("speaker", DataType.Float32, -1, 32)
        .AddNode("ReduceMean", ["speaker"], ["m"]).AddNode("Add", ["audio", "m"], ["y"]).AddOutput("y", DataType.Float32, -1, -1);

    private static InputShape Shape(string name, string dimensions) =>
        new(name, new EquatableArray<int>(dimensions.Split('x').Select(int.Parse)));

    private static ModelInfo Info(OnnxModelBuilder model, params InputShape[] shapes)
    {
        var options = new CompileOptions { Namespace = "Compiled", InputShapes = new EquatableArray<InputShape>(shapes) };
        using CompiledTestModel compiled = CompiledTestModel.Compile(model.Build(), "boundary.onnx", options);
        return compiled.Info;
    }
}
