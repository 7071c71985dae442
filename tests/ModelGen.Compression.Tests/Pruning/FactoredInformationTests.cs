using System;
using System.Linq;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Tests.Training;
using ModelGen.Compression.Training;
using Xunit;

namespace ModelGen.Compression.Tests.Pruning;

/// <summary>Fisher information in rows and columns.</summary>
public class FactoredInformationTests
{
    [Fact]
    public void InformationOfRankOneIsExact()
    {
        TrainedParameter parameter = AdamStepTests.Make(4, 6);
        var information = new FactoredInformation(parameter);
        for (int batch = 0; batch < 5; batch++)
        {
            for (int i = 0; i < 24; i++) parameter.Gradient[i] = (1 + i / 6) * (i % 6) * (batch % 2 == 0 ? 1 : -1);
            information.Observe();
        }

        var scores = new double[24];
        information.Score(Enumerable.Range(0, 24).ToArray(), scores);
        for (int i = 0; i < 24; i++)
            Assert.Equal(Math.Pow((1 + i / 6) * (i % 6) * (double)parameter.Values[i], 2), scores[i], 1e-3);
        Assert.Equal(parameter.Gradient.Average(gradient => gradient * gradient), information.Mean, 1e-3);
    }

    [Fact]
    public void TheFirstBatchesCountTheSame()
    {
        TrainedParameter parameter = AdamStepTests.Make(4, 6);
        var information = new FactoredInformation(parameter);
        for (int batch = 0; batch < 24; batch++)
        {
            parameter.Gradient.AsSpan().Fill(batch == 0 ? 10 : 1);
            information.Observe();
        }

        Assert.Equal((100 + 23) / 24.0, information.Mean, 1e-3);
    }

    [Fact]
    public void ScaleThatMovesToTheNextLayerDoesNotChangeWhatIsWorthMost()
    {
        // y = v (w x): w times 100 and v divided by 100 is the same network; gradients shrink as weights grow.
        TrainedParameter plain = AdamStepTests.Make(2, 8), scaled = AdamStepTests.Make(2, 8);
        for (int i = 0; i < 8; i++) scaled.Values[i] *= 100;
        double[] expected = Scores(plain, 1), actual = Scores(scaled, 0.01f);
        for (int i = 0; i < 16; i++) Assert.Equal(1, actual[i] / expected[i], 1e-3);
        static double[] Scores(TrainedParameter parameter, float factor)
        {
            for (int i = 0; i < 16; i++) parameter.Gradient[i] = (i / 8 == 0 ? factor : 1) * (1 + i % 8);
            var information = new FactoredInformation(parameter);
            information.Observe();
            var scores = new double[16];
            information.Score(Enumerable.Range(0, 16).ToArray(), scores);
            return scores;
        }
    }

    [Fact]
    public void UnitsGetTheSumOfTheirWeights()
    {
        TrainedParameter parameter = AdamStepTests.Make(3, 4);
        parameter.Gradient.AsSpan().Fill(2);
        var information = new FactoredInformation(parameter);
        information.Observe();
        var scores = new double[2];
        information.Score(Enumerable.Range(0, 12).Select(i => i % 2).ToArray(), scores);
        Assert.Equal(parameter.Values.Where((_, i) => i % 2 == 0).Sum(value => 4.0 * value * value), scores[0], 1e-4);
    }
}
