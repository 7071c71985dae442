using ModelGen.Compression.Training;
using ModelGen.Graph;
using Xunit;

namespace ModelGen.Compression.Tests.Training;

/// <summary>Plans of fine-tuning.</summary>
public class TrainingPlanTests
{
    [Theory]
    [InlineData(60_000, 20, 128)]
    [InlineData(4_000, 100, 64)]
    [InlineData(500, 100, 32)]
    public void FewerStepsGiveSmallerBatchesAtLowerRates(int samples, int epochs, int batch)
    {
        TrainingPlan plan = TrainingPlan.Create(Network(100), samples, epochs);
        Assert.Equal(epochs, plan.Epochs);
        Assert.Equal(batch, plan.BatchSize);
        Assert.Equal(0.05 * System.Math.Sqrt(batch / 128.0), plan.Rate, 1e-7);
    }

    [Fact]
    public void LargerNetworksAreTrainedForFewerEpochs()
    {
        int Epochs(int width, int samples) => TrainingPlan.Create(Network(width), samples, null).Epochs;
        Assert.InRange(Epochs(20_000, 50_000) / (double)Epochs(60_000, 50_000), 2.5, 3.5);
        Assert.InRange(Epochs(20_000, 10_000) / (double)Epochs(20_000, 50_000), 4, 6);

        // However small a network is, it is not trained for ever.
        Assert.Equal(Epochs(100, 50_000), Epochs(200, 50_000));
    }

    [Fact]
    public void NoTrainingStaysNoTraining() => Assert.Equal(0, TrainingPlan.Create(Network(100), 1000, 0).Epochs);

    private static ModelGraph Network(int width)
    {
        var builder = new NetworkBuilder(1, 1, width);
        return builder.Build(builder.Dense(builder.Relu(builder.Dense(builder.Input, 100)), 10));
    }
}
