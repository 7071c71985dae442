using System;

namespace ModelGen.Compression.Pipeline;

/// <summary>How the batches of a search are divided among its stages: levels of pruning, exact training with the final zeros,
/// grids.</summary>
internal sealed class SearchSchedule
{
    /// <summary>Share of the training in which levels fall.</summary>
    public const double PruningShare = 0.35;

    /// <summary>Share of the exact training with the final zeros.</summary>
    public const double ExactShare = 0.1;

    /// <summary>Divides.</summary>
    /// <param name="batches">Batches of all stages.</param>
    /// <param name="levels">Levels of pruning, 0 for none.</param>
    public SearchSchedule(long batches, int levels)
    {
        Levels = levels;
        GridsFrom = levels > 0 ? PruningShare + ExactShare : 0;

        // Each level is measured, so each should be trained, be it with one batch; with fewer batches than levels those are for the grids.
        if (levels > 0) PerLevel = Math.Max((long)(batches * PruningShare / levels), batches >= levels ? 1 : 0);
        long left = batches - PerLevel * levels;
        Exact = levels > 0 ? Math.Min((long)(batches * ExactShare), left) : 0;
        Grids = Math.Min((long)(batches * (1 - GridsFrom)), left - Exact);
    }

    /// <summary>Levels of pruning.</summary>
    public int Levels { get; }

    /// <summary>Batches a level.</summary>
    public long PerLevel { get; }

    /// <summary>Batches of exact training behind the levels.</summary>
    public long Exact { get; }

    /// <summary>Batches on grids.</summary>
    public long Grids { get; }

    /// <summary>Share of the training that is done when grids begin.</summary>
    public double GridsFrom { get; }
}
