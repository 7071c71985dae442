using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>
/// How much scratch memory layers may take without the workspace growing: what the tensors alive during a layer leave of the largest such set, or a tenth of that.
/// </summary>
internal static class ScratchBudgets
{
    private const int Share = 10;

    /// <summary>The budget of each node, in bytes.</summary>
    /// <param name="nodes">Nodes in the order in which they run.</param>
    /// <param name="outputs">Values that are written to the caller's memory.</param>
    /// <param name="root">The value whose memory a value is.</param>
    public static IReadOnlyDictionary<Node, long> Of(IReadOnlyList<Node> nodes, IEnumerable<Value> outputs, Func<Value, Value> root)
    {
        var last = new Dictionary<Value, int>();
        for (int i = 0; i < nodes.Count; i++)
            foreach (Value? input in nodes[i].Inputs)
                if (input is { Constant: null }) last[root(input)] = i;
        HashSet<Value> elsewhere = [.. outputs.Select(root)];
        var alive = new long[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (Value result in nodes[i].Outputs.Where(result => !elsewhere.Contains(result)))
            {
                int end = last.TryGetValue(result, out int use) ? use : i;
                for (int time = i; time <= end; time++) alive[time] += result.Type.Bytes;
            }
        }

        long most = alive.DefaultIfEmpty().Max();
        return nodes.Select((node, i) => (node, Budget: Math.Max(most - alive[i], most / Share))).ToDictionary(entry => entry.node, entry => entry.Budget);
    }
}
