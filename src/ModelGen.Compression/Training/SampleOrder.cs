using System;
using System.Linq;

namespace ModelGen.Compression.Training;

/// <summary>The order in which samples are seen: another permutation each epoch, the same for the same seed.</summary>
internal sealed class SampleOrder
{
    private readonly int _count;
    private readonly int _batch;
    private readonly int _seed;
    private int _epoch = -1;
    private int[] _order = [];

    /// <summary>An order.</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="batch">Samples a batch; when there are fewer in all, they come several times.</param>
    /// <param name="seed">Seed.</param>
    public SampleOrder(int count, int batch, int seed)
    {
        _count = count;
        _batch = batch;
        _seed = seed;
        BatchesPerEpoch = Math.Max(1, count / batch);
    }

    /// <summary>Batches an epoch; what is left of the samples is seen in other epochs.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>Indices of a batch.</summary>
    /// <param name="step">Number of the batch since the start.</param>
    public ReadOnlyMemory<int> Batch(long step)
    {
        int epoch = (int)(step / BatchesPerEpoch), index = (int)(step % BatchesPerEpoch);
        if (epoch != _epoch)
        {
            _epoch = epoch;
            int times = Math.Max(1, (_batch + _count - 1) / _count);
            _order = Enumerable.Range(0, _count * times).Select(i => i % _count).ToArray();
            new Random(unchecked(_seed * 7919 + epoch)).Shuffle(_order);
        }

        return _order.AsMemory(index * _batch, _batch);
    }
}
