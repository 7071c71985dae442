using ModelGen.Compression.Pipeline;
using Xunit;

namespace ModelGen.Compression.Tests.Pipeline;

/// <summary>How batches are divided among the stages of a search.</summary>
public class SearchScheduleTests
{
    [Theory]
    [InlineData(1000, 4, 87, 100, 550)]
    [InlineData(1000, 0, 0, 0, 1000)]
    [InlineData(6, 6, 1, 0, 0)]
    [InlineData(11, 8, 1, 1, 2)]
    [InlineData(5, 6, 0, 0, 2)]
    [InlineData(1, 1, 1, 0, 0)]
    public void EveryLevelHasABatchWhereThereAreEnough(long batches, int levels, long perLevel, long exact, long grids)
    {
        var schedule = new SearchSchedule(batches, levels);
        Assert.Equal((perLevel, exact, grids), (schedule.PerLevel, schedule.Exact, schedule.Grids));
    }

    [Fact]
    public void NoMoreBatchesAreTrainedThanThereAre()
    {
        for (int levels = 0; levels < 10; levels++)
        {
            for (long batches = 1; batches < 200; batches++)
            {
                var schedule = new SearchSchedule(batches, levels);
                Assert.InRange(schedule.PerLevel * levels + schedule.Exact + schedule.Grids, 0, batches);
                Assert.True(schedule.Exact >= 0 && schedule.Grids >= 0, $"{batches} batches, {levels} levels");
            }
        }
    }
}
