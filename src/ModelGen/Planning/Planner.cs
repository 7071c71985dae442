using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Lowering;

namespace ModelGen.Planning;

/// <summary>Graph to plan: a kernel for each node, a place for each value.</summary>
internal static class Planner
{
    public static Plan Create(ModelGraph graph, CompileOptions options)
    {
        var context = new PlanContext(options);
        Dictionary<Value, Value> roots = Roots(graph);
        Value Root(Value value) => roots.TryGetValue(value, out Value? root) ? root : value;

        List<Node> nodes = graph.Nodes.Where(node => !node.Operator.IsView).ToList();
        var quantizedInputs = new Dictionary<Value, Node>();
        var quantizedOutputs = new Dictionary<GraphOutput, Node>();
        FindBoundaryConversions(graph, nodes, Root, quantizedInputs, quantizedOutputs);

        // Conversions of inputs run first and those of outputs last, so that the raw form of Run can leave them out.
        IEnumerable<Node> ordered = quantizedInputs.Values
            .Concat(nodes.Where(node => !quantizedInputs.ContainsValue(node) && !quantizedOutputs.ContainsValue(node)))
            .Concat(quantizedOutputs.Values);
        var steps = new List<Step>();
        HashSet<Node> detours = FloatDetours.Find(graph);
        List<Node> order = [.. ordered];
        IReadOnlyDictionary<Node, long>? budgets = options.Optimize != Optimization.Size ? null
            : ScratchBudgets.Of(order, graph.Outputs.Select(output => output.Value), Root);
        var sums = new ResidualSums(graph, options.Profile);
        HashSet<Value> there = [.. graph.Inputs];
        foreach (Node node in order)
        {
            if (sums.IsFused(node)) continue;
            Kernel kernel = LoweringRegistry.Lower(node, budgets is null ? context : context.WithScratch(budgets[node]));
            if (detours.Contains(node)) kernel = kernel.Because(FloatDetours.Reason);
            if (node.Operator.Removed is { } removed)
                kernel = kernel.Because(removed.ToString()) with { Cost = kernel.Cost.WithRemoved(removed) };
            (Node layer, kernel) = sums.TryFuse(node, kernel, value => there.Contains(Root(value))) ?? (node, kernel);
            there.UnionWith(layer.Outputs);
            steps.Add(new Step(steps.Count + 1, layer, kernel, layer.Inputs.Where(input => input is { Constant: null }).Select(input => Root(input!)).ToArray()));
        }

        return Place(graph, options, context, steps, Root, quantizedInputs, quantizedOutputs);
    }

    // A reshaped value is the memory of its operand.
    private static Dictionary<Value, Value> Roots(ModelGraph graph)
    {
        var roots = new Dictionary<Value, Value>();
        foreach (Node node in graph.Nodes)
        {
            if (!node.Operator.IsView) continue;
            Value source = node.Input(0);
            roots[node.Output] = roots.TryGetValue(source, out Value? root) ? root : source;
        }

        return roots;
    }

    private static void FindBoundaryConversions(
        ModelGraph graph, List<Node> nodes, Func<Value, Value> root, Dictionary<Value, Node> inputs, Dictionary<GraphOutput, Node> outputs)
    {
        foreach (Value input in graph.Inputs)
        {
            Node[] readers = nodes.Where(node => node.Inputs.Any(value => value is not null && root(value) == input)).ToArray();
            // A value that is shown must be written where it is shown, not taken from what the caller of the raw form hands in.
            bool isOutput = graph.Outputs.Any(output => root(output.Value) == input
                || readers.Any(reader => reader.Outputs.Contains(root(output.Value))));
            if (readers.Length == 1 && !isOutput && readers[0].Operator is Quantize { Parameters.IsPerTensor: true }
                && readers[0].Output.Element.IsByte()) inputs[input] = readers[0];
        }

        foreach (GraphOutput output in graph.Outputs)
        {
            Value value = root(output.Value);
            Node? producer = nodes.FirstOrDefault(node => node.Outputs.Contains(value));
            if (producer?.Operator is not Dequantize { Parameters.IsPerTensor: true }) continue;
            Value inner = root(producer.Input(0));
            bool isComputed = nodes.Any(node => node.Outputs.Contains(inner)) && !inputs.Values.Any(node => node.Output == inner);
            bool isRead = nodes.Any(node => node.Inputs.Any(input => input is not null && root(input) == value));
            bool isOutputToo = graph.Outputs.Count(other => root(other.Value) == value || root(other.Value) == inner) > 1;
            bool isShared = outputs.Values.Any(node => root(node.Input(0)) == inner);
            if (isComputed && !isRead && !isOutputToo && !isShared && inner.Element.IsByte()) outputs[output] = producer;
        }
    }

    private static Plan Place(
        ModelGraph graph, CompileOptions options, PlanContext context, List<Step> steps, Func<Value, Value> root,
        Dictionary<Value, Node> quantizedInputs, Dictionary<GraphOutput, Node> quantizedOutputs)
    {
        Step StepOf(Node node) => steps.First(step => step.Node == node);
        var locations = new Dictionary<Value, Location>();

        // A class may not have a member of its own name, and each port has a constant with the number of its elements.
        string className = options.ClassName.TrimStart('@');
        string reserved = className.EndsWith("Length", StringComparison.Ordinal) ? className.Substring(0, className.Length - 6) : "";
        var identifiers = new IdentifierAllocator(["workspace", "memory", reserved]);
        var inputs = new List<Port>();
        var outputs = new List<Port>();

        // Inside the network proper, quantized boundary values are its inputs and outputs; around it they are buffers of the workspace.
        var boundary = new List<(WorkspacePlanner.Buffer Buffer, Action<int> Assign)>();
        var planner = new WorkspacePlanner();
        int lastStep = steps.Count;
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            Value outer = graph.Inputs[i];
            string identifier = identifiers.Parameter(outer.Name, "input");
            Node? conversion = quantizedInputs.TryGetValue(outer, out Node? found) ? found : null;
            Value inner = conversion?.Output ?? outer;
            locations[inner] = new Location(LocationKind.Input, i, 0);
            int port = inputs.Count;
            inputs.Add(new Port(outer.Name, identifier, outer, inner, conversion is null ? null : StepOf(conversion), 0));
            if (conversion is not null)
                boundary.Add((planner.Add(inner.Type.Bytes, 0, LastUse(inner, steps, root)), offset =>
                    inputs[port] = inputs[port] with { BufferOffset = offset }));
        }

        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            GraphOutput output = graph.Outputs[i];
            Node? conversion = quantizedOutputs.TryGetValue(output, out Node? found) ? found : null;
            Value outer = root(output.Value), inner = conversion is null ? outer : root(conversion.Input(0));
            locations[inner] = new Location(LocationKind.Output, i, 0);
            int port = outputs.Count;
            outputs.Add(new Port(output.Name, identifiers.Parameter(output.Name, "output"), output.Value, inner, conversion is null
                ? null : StepOf(conversion), 0));
            if (conversion is not null)
                boundary.Add((planner.Add(inner.Type.Bytes, FirstUse(inner, steps), lastStep), offset =>
                    outputs[port] = outputs[port] with { BufferOffset = offset }));
        }

        var buffers = new Dictionary<Value, WorkspacePlanner.Buffer>();
        var scratch = new Dictionary<Step, WorkspacePlanner.Buffer>();
        var kept = new Dictionary<Step, WorkspacePlanner.Buffer>();
        var isConversion = new HashSet<Step>(inputs.Concat(outputs).Where(port => port.Conversion is not null).Select(port =>
            port.Conversion!));
        foreach (Step step in steps.Where(step => !isConversion.Contains(step)))
        {
            foreach (Value result in step.Node.Outputs)
            {
                if (locations.ContainsKey(result)) continue;
                int last = Math.Max(step.Index, LastUse(result, steps, root));
                if (step.Kernel.CanRunInPlace && step.Operands.Count > 0
                    && buffers.TryGetValue(step.Operands[0], out WorkspacePlanner.Buffer? reused)
                    && reused.Last == step.Index && step.Operands.Count(operand => operand == step.Operands[0]) == 1)
                {
                    reused.Last = last;
                    buffers[result] = reused;
                    continue;
                }

                buffers[result] = planner.Add(result.Type.Bytes, step.Index, last);
            }

            if (step.Kernel.ScratchBytes > 0) scratch[step] = planner.Add(step.Kernel.ScratchBytes, step.Index, step.Index);
            if (step.Kernel.KeptBytes > 0) kept[step] = planner.Add(step.Kernel.KeptBytes, 0, lastStep);
        }

        (int bytes, int bound) = planner.Place();
        foreach (KeyValuePair<Value, WorkspacePlanner.Buffer> entry in buffers)
            locations[entry.Key] = new Location(LocationKind.Workspace, 0, entry.Value.Offset);
        foreach ((WorkspacePlanner.Buffer buffer, Action<int> assign) in boundary) assign(buffer.Offset);
        return new Plan
        {
            Graph = graph,
            Options = options,
            Steps = steps,
            Constants = context.Constants,
            Inputs = inputs,
            Outputs = outputs,
            Locations = locations,
            Scratch = scratch.ToDictionary(entry => entry.Key, entry => entry.Value.Offset),
            Kept = kept.ToDictionary(entry => entry.Key, entry => entry.Value.Offset),
            WorkspaceBytes = bytes,
            WorkspaceLowerBound = bound,
        };
    }

    private static int LastUse(Value value, List<Step> steps, Func<Value, Value> root) =>
        steps.LastOrDefault(step => step.Operands.Any(operand => root(operand) == value))?.Index ?? 0;

    private static int FirstUse(Value value, List<Step> steps) => steps.First(step => step.Node.Outputs.Contains(value)).Index;
}
