using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Planning;

/// <summary>One layer of the plan.</summary>
/// <param name="Index">Number, from 1.</param>
/// <param name="Node">The node of the graph.</param>
/// <param name="Kernel">How it is computed.</param>
/// <param name="Operands">Values that the kernel reads at run time, in the order of its parameters; constants are in its tables.</param>
internal sealed record Step(int Index, Node Node, Kernel Kernel, IReadOnlyList<Value> Operands);
