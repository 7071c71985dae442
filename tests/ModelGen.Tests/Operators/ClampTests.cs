using ModelGen.Compiler;
using ModelGen.Tests.Reference;
using Xunit;

namespace ModelGen.Tests.Operators;

/// <summary>Clip as ONNX defines it, min(max(x, low), high): with bounds that cross, on integers, fused with what is before it.</summary>
public class ClampTests
{
    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void HighWinsWhereBoundsCross(Profile profile)
        => OperatorTests.Check(Crossed(new OperatorCase().Input("c", [3, 41], -9, 9)).Output("y"), profile);

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void HighWinsInALayer(Profile profile)
    {
        OperatorCase model = new OperatorCase().Input("x", [1, 3, 8, 8]).Weights("w", [16, 3, 3, 3]).Node("Conv", ["x", "w"], ["c"]);
        OperatorTests.Check(Crossed(model).Output("y"), profile);
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void HighWinsInAnAttribute(Profile profile) => OperatorTests.Check(
        new OperatorCase(7).Input("x", [3, 41], -9, 9).Node("Clip", ["x"], ["y"], ("min", 3f), ("max", -2f)).Output("y"), profile);

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void HighWinsAmongIntegers(Profile profile)
    {
        OperatorCase model = new OperatorCase().Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3])
            .Node("Conv", ["x", "w"], ["c"]);
        OperatorTests.Check(Crossed(model).QuantizedOutput("y", 0.05f, 2), profile);
        OperatorTests.Check(Crossed(new OperatorCase().Quantized("c", [1, 300], 0.05f, -3)).QuantizedOutput("y", 0.05f, 2), profile);
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void ClampsThatDoNotMeetGiveTheSecond(Profile profile)
    {
        foreach ((float low, float high) in new[] { (-3f, -1f), (7f, 9f), (4f, 7f) })
        {
            OperatorCase floats = new OperatorCase().Input("x", [1, 3, 8, 8]).Weights("w", [16, 3, 3, 3]).Node("Conv", ["x", "w"], ["c"]);
            OperatorTests.Check(Twice(floats, low, high).Output("y"), profile);
            OperatorCase integers = new OperatorCase().Quantized("x", [1, 4, 6, 6], 0.02f, -3).QuantizedWeights("w", [8, 4, 3, 3])
                .Node("Conv", ["x", "w"], ["c"]);
            OperatorTests.Check(Twice(integers, low, high).QuantizedOutput("y", 0.1f, -20), profile);
        }
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void IntegersAreExact(Profile profile)
    {
        // Neighbours of a number that float32 does not hold, and one that no signed type holds.
        Check(DataType.Int32, 16777217, 16777219, profile, 16777216, 16777217, 16777218, 16777219, 16777220, int.MinValue, int.MaxValue);
        Check(DataType.Int64, (1L << 53) + 1, long.MaxValue - 1, profile, 1L << 53, (1L << 53) + 1, (1L << 53) + 2, long.MaxValue);
        Check(DataType.UInt64, 5, unchecked((long)(ulong.MaxValue - 1)), profile, 0, 5, 6, long.MaxValue, long.MinValue, -2, -1);
        Check(DataType.UInt32, 5, uint.MaxValue - 1, profile, 0, 6, int.MaxValue, uint.MaxValue);
        Check(DataType.Int8, -5, 6, profile, -128, -6, -5, 0, 6, 7, 127);
        Check(DataType.UInt8, 5, 250, profile, 0, 5, 100, 250, 251, 255);
        Check(DataType.Int16, 6, -5, profile, -300, 0, 300);
    }

    [Theory]
    [InlineData(Profile.Modern)]
    [InlineData(Profile.Portable)]
    public void ReluOfOtherTypesIsExact(Profile profile)
    {
        OperatorTests.Check(new OperatorCase().Input("x", DataType.Int64, long.MinValue, -1, 0, 1, (1L << 53) + 1)
            .Node("Relu", ["x"], ["y"]).Output("y"), profile);
        OperatorTests.Check(new OperatorCase().Input("x", [3, 4]).Node("Cast", ["x"], ["d"], ("to", 11)).Node("Add", ["d", "d"], ["s"])
            .Node("Relu", ["s"], ["y"]).Output("y"), profile);
    }

    private static void Check(DataType type, long low, long high, Profile profile, params long[] values) => OperatorTests.Check(
        new OperatorCase().Input("x", type, values).Number("low", type, low).Number("high", type, high)
            .Node("Clip", ["x", "low", "high"], ["y"]).Output("y"), profile);

    private static OperatorCase Crossed(OperatorCase model) => model.Number("low", 3).Number("high", -2)
        .Node("Clip", ["c", "low", "high"], ["y"]);

    private static OperatorCase Twice(OperatorCase model, float low, float high) => model
        .Number("low", 0).Number("high", 6).Number("low2", low).Number("high2", high)
        .Node("Clip", ["c", "low", "high"], ["d"]).Node("Clip", ["d", "low2", "high2"], ["y"]);
}
