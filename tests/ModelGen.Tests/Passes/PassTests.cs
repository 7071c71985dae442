using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using ModelGen.Tests.Reference.Tests;
using Xunit;

namespace ModelGen.Tests.Passes;

/// <summary>The same model with and without each pass: the numbers stay, the layers become fewer.</summary>
public class PassTests
{
    private static readonly Dictionary<string, Func<OperatorCase>> Models = new(StringComparer.Ordinal)
    {
        ["EliminateCommonSubexpressions"] = () => new OperatorCase().Input("x", [1, 12])
            .Node("Exp", ["x"], ["a"]).Node("Exp", ["x"], ["b"]).Node("Softmax", ["a"], ["c"]).Node("Softmax", ["b"], ["d"])
            .Node("Mul", ["c", "d"], ["y"]).Output("y"),
        ["SimplifyMovement"] = () => new OperatorCase().Input("x", [1, 3, 4, 5])
            .Node("Transpose", ["x"], ["a"], ("perm", new[] { 0, 2, 3, 1 })).Node("Relu", ["a"], ["b"])
            .Node("Transpose", ["b"], ["c"], ("perm", new[] { 0, 3, 1, 2 })).Node("Softmax", ["c"], ["y"]).Output("y"),
        ["AbsorbPadding"] = () => new OperatorCase().Input("x", [1, 2, 6, 6]).Constant("pads", 0, 0, 1, 2, 0, 0, 1, 0).Weights("w",
            [3, 2, 3, 3])
            .Node("Pad", ["x", "pads"], ["a"]).Node("Conv", ["a", "w"], ["y"]).Output("y"),
        ["FoldScaleAndShift"] = () => new OperatorCase().Input("x", [1, 2, 6, 6]).Weights("w", [3, 2, 3, 3])
            .Weights("scale", [3]).Weights("shift", [3]).Weights("mean", [3]).Weights("variance", [3], 0.5, 2)
            .Node("Conv", ["x", "w"], ["a"]).Node("BatchNormalization", ["a", "scale", "shift", "mean", "variance"], ["y"]).Output("y"),
        ["FuseActivations"] = () => new OperatorCase().Input("x", [1, 2, 6, 6]).Weights("w", [3, 2, 3, 3])
            .Node("Conv", ["x", "w"], ["a"]).Node("Relu", ["a"], ["y"]).Output("y"),
        ["SinkDequantize"] = () => new OperatorCase().Quantized("x", [1, 3, 4, 5], 0.05f, 3)
            .Node("Transpose", ["x"], ["a"], ("perm", new[] { 0, 2, 3, 1 })).QuantizedWeights("w", [2, 60])
            .Constant("shape", 1, 60).Node("Reshape", ["a", "shape"], ["b"]).Node("Gemm", ["b", "w"], ["y"],
                ("transB", 1)).QuantizedOutput("y", 0.2f, -5),
        ["FuseQuantization"] = () => new OperatorCase().Quantized("x", [1, 9], 0.05f, 3).QuantizedWeights("w", [16, 9]).QuantizedBias("b",
            0.05f, "w")
            .Node("Gemm", ["x", "w", "b"], ["y"], ("transB", 1)).QuantizedOutput("y", 0.3f, -5),
    };

    public static TheoryData<string, Profile> Cases() => SharedModels.RowsWithProfiles(Models.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void PassMakesLayersFewerAndKeepsTheNumbers(string pass, Profile profile)
    {
        OperatorCase model = Models[pass]();
        (byte[] file, IReadOnlyDictionary<string, ReferenceTensor> expected) = model.Build();
        CompileOptions options = new() { Namespace = "Compiled", Profile = profile };
        CompileOptions without = options with { SkippedPasses = new EquatableArray<string>([pass]) };
        int layers = ModelCompiler.Compile(file, "pass.onnx", options).Report.Layers.Count;
        int layersWithout = ModelCompiler.Compile(file, "pass.onnx", without).Report.Layers.Count;
        Assert.True(layers < layersWithout, $"{layers} layers with the pass, {layersWithout} without");
        foreach (CompileOptions chosen in new[] { options, without })
        {
            using CompiledTestModel compiled = CompiledTestModel.Compile(file, "pass.onnx", chosen);
            IReadOnlyDictionary<string, ReferenceTensor> actual = compiled.Run(model.Inputs.Values.ToArray());
            foreach (string output in model.Outputs)
                Assert.Null(TensorComparison.Difference(actual[output], expected[output], rtol: 1e-5,
                    atol: Tolerance(pass, chosen == without, expected[output])));
        }
    }

    // Without the integer rules a quantized layer is computed in float32, which may round to a neighbour.
    private static double Tolerance(string pass, bool isSkipped, ReferenceTensor expected)
        => expected.IsFloat ? 1e-5 : isSkipped && pass is "FuseQuantization" or "SinkDequantize" ? 1 : 0;
}
