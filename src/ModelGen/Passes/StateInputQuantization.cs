using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes;

/// <summary>
/// An integer input that DequantizeLinear reads gets scale and zero point as part of its type, as results of QuantizeLinear have them, so
/// that callers can be told what the integers mean. First of the passes: later ones move the conversion away from the input.
/// </summary>
internal static class StateInputQuantization
{
    public static ModelGraph Run(ModelGraph graph)
    {
        Dictionary<Value, List<Node>> consumers = graph.Consumers();
        var builder = new GraphBuilder(graph.Metadata);
        var stated = new Dictionary<Value, Value>();
        Value Current(Value value) => stated.TryGetValue(value, out Value? replacement) ? replacement : value;
        foreach (Value input in graph.Inputs)
        {
            Quantization? parameters = ParametersOf(input, consumers);
            if (parameters is not null) stated[input] = new Value(input.Name, input.Type with { Quantization = parameters });
            builder.AddInput(Current(input));
        }

        if (stated.Count == 0) return graph;
        foreach (Node node in graph.Nodes)
        {
            IReadOnlyList<Value> results = builder.Keep(node, node.Inputs.Select(value => value is null ? null : Current(value)).ToArray());
            for (int i = 0; i < results.Count; i++)
                if (results[i] != node.Outputs[i]) stated[node.Outputs[i]] = results[i];
        }

        return builder.Build(graph.Outputs.Select(output => output with { Value = Current(output.Value) }));
    }

    // Where two readers disagree, the integers have no one meaning.
    private static Quantization? ParametersOf(Value input, Dictionary<Value, List<Node>> consumers)
    {
        if (!consumers.TryGetValue(input, out List<Node>? readers)) return null;
        IEnumerable<Dequantize> conversions = readers.Select(reader => reader.Operator).OfType<Dequantize>();
        Quantization[] parameters = conversions.Select(conversion => conversion.Parameters).Distinct().ToArray();
        return parameters.Length == 1 && parameters[0].IsPerTensor ? parameters[0] : null;
    }
}
