using System.Linq;
using ModelGen.Compression.Quantize;
using ModelGen.Compression.Tests.Training;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Packing;
using Xunit;

namespace ModelGen.Compression.Tests.Quantize;

/// <summary>Biases of recurrent layers in a byte.</summary>
public class RecurrentBiasesTests
{
    [Theory]
    [InlineData(RecurrentCell.Lstm, false, 4, 4)]
    [InlineData(RecurrentCell.Gru, false, 3, 3)]
    [InlineData(RecurrentCell.Gru, true, 3, 2)]
    [InlineData(RecurrentCell.Simple, false, 1, 1)]
    public void WhatIsAddedAnywayBecomesOne(RecurrentCell cell, bool linearBeforeReset, int gates, int added)
    {
        const int Hidden = 5;
        var layer = new Recurrent(cell, Hidden, false, default, linearBeforeReset, float.PositiveInfinity, false);
        float[] biases = NetworkBuilder.Noise(4, 2 * gates * Hidden).ToArray(), shortened = RecurrentBiases.Shorten(layer, biases);
        for (int i = 0; i < gates * Hidden; i++)
        {
            float input = biases[i], recurrent = biases[gates * Hidden + i];
            bool joins = i < added * Hidden;
            Assert.Equal(joins ? input + recurrent : input, shortened[i], 1 / 128f);
            Assert.Equal(joins ? 0 : recurrent, shortened[gates * Hidden + i], 1 / 128f);
        }

        // As the compiler stores them: one byte each, or nothing where all are zero.
        Assert.Equal(1, NarrowTable.Width(shortened[..(gates * Hidden)]));
        Assert.Equal(added < gates ? 1 : 0, NarrowTable.Width(shortened[(gates * Hidden)..]));
    }

    [Fact]
    public void WhatFadedIsZero()
    {
        var layer = new Recurrent(RecurrentCell.Simple, 2, false, default, false, float.PositiveInfinity, false);
        Assert.Equal([0, 0, 0, 0], RecurrentBiases.Shorten(layer, [1e-44f, -1e-42f, 0, 0]));
    }
}
