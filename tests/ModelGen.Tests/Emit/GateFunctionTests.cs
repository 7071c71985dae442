using System;
using ModelGen.Compiler;
using ModelGen.Tests.Models;
using ModelGen.Tests.Operators;
using ModelGen.Tests.Reference;
using Xunit;

namespace ModelGen.Tests.Emit;

/// <summary>The functions of gates keep the error that docs/numerics.md states.</summary>
public class GateFunctionTests
{
    [Theory]
    [InlineData(12)]
    [InlineData(0.5)]
    [InlineData(1e-4)]
    public void HyperbolicTangentIsExactToFourTenMillionths(double range)
    {
        // One unit that sees nothing but its input.
        OperatorCase model = new OperatorCase().Input("x", [2000, 1, 1], -range, range).Weights("w", [1, 1, 1], 1, 1).Weights("r", [1, 1, 1], 0, 0)
            .Node("RNN", ["x", "w", "r"], ["y", "h"], ("hidden_size", 1)).Output("y").Output("h");
        using CompiledTestModel compiled = CompiledTestModel.Compile(model.Build().File, "gates.onnx", new CompileOptions());
        ReferenceTensor x = model.Inputs["x"], y = compiled.Run(x)["y"];
        for (int i = 0; i < x.Count; i++)
        {
            double exact = Math.Tanh(x.Floats[i]);
            Assert.InRange(Math.Abs(y.Floats[i] - exact), 0, 4e-7 * Math.Abs(exact));
        }
    }
}
