using System;
using System.Threading.Tasks;

namespace ModelGen.Compression.LinearAlgebra;

/// <summary>Independent pieces of work on several threads. No result here depends on how many there are: the pieces are the same, and no
/// piece adds to what another one writes.</summary>
internal static class Workers
{
    /// <summary>Runs a piece of work for each index.</summary>
    /// <param name="count">Number of pieces.</param>
    /// <param name="threads">Most threads to use; 0 means one for each processor.</param>
    /// <param name="body">The work.</param>
    /// <exception cref="ArgumentException"><paramref name="threads"/> is negative.</exception>
    public static void Run(int count, int threads, Action<int> body)
    {
        if (threads < 0) throw new ArgumentException($"The number of threads is {threads}; 0 means all processors.");
        if (threads == 1 || count <= 1)
        {
            for (int i = 0; i < count; i++) body(i);
            return;
        }
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads == 0 ? -1 : threads }, body);
        }
        catch (AggregateException e) when (e.InnerException is CompressionException inner)
        {
            throw new CompressionException(inner.Message);
        }
        catch (AggregateException e) when (e.InnerException is ArgumentException inner)
        {
            throw new ArgumentException(inner.Message, e);
        }
    }
}
