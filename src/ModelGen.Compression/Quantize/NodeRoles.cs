using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Passes;

namespace ModelGen.Compression.Quantize;

/// <summary>The role of every node of a float graph.</summary>
internal sealed class NodeRoles
{
    private readonly Dictionary<Value, List<Node>> _consumers;
    private readonly HashSet<Value> _outputs;
    private readonly Dictionary<Node, NodeRole> _roles = [];
    private readonly Dictionary<Node, Value> _results = [];

    /// <summary>Assigns the roles.</summary>
    public NodeRoles(ModelGraph graph)
    {
        _consumers = graph.Consumers();
        _outputs = [.. graph.Outputs.Select(output => output.Value)];
        foreach (Node node in graph.Nodes)
        {
            if (_roles.ContainsKey(node)) continue;
            NodeRole role = RoleOf(node);
            _roles[node] = role;
            if (role is NodeRole.Product or NodeRole.Arithmetic) _results[node] = ResultOf(node);
        }
    }

    /// <summary>The role of a node.</summary>
    public NodeRole this[Node node] => _roles[node];

    /// <summary>What a product or arithmetic node and the clamps after it make: the tensor to quantize.</summary>
    public Value Result(Node node) => _results[node];

    /// <summary>The operands that hold activations.</summary>
    public static IEnumerable<Value> Operands(Node node) => node.Operator switch
    {
        Convolution or FullyConnected => [node.Input(0)],
        Gather => [node.Input(0)],
        _ => node.Inputs.OfType<Value>(),
    };

    /// <summary>
    /// The axis along which a constant operand of a function varies, -1 for one number; <see langword="null"/> when tables cannot hold it.
    /// </summary>
    public static int? TableAxis(Value constant, Shape output)
    {
        if (constant.Shape.Count == 1) return -1;
        for (int axis = 0; axis < output.Rank; axis++)
            if (ChannelValues.Indices(constant.Shape, output, axis) is not null && output[axis] <= ElementTable.MostChannels) return axis;
        return null;
    }

    private static NodeRole RoleOf(Node node)
    {
        if (node.Output.Element != ElementType.Float32 || node.Operator.Result is not null) return NodeRole.Float;
        if (node.Inputs.Count == 0 || node.Input(0).Element != ElementType.Float32) return NodeRole.Float;
        return node.Operator switch
        {
            Convolution or FullyConnected => HasConstants(node) ? NodeRole.Product : NodeRole.Float,
            MatrixMultiply => NodeRole.Product,
            Pooling { Function: PoolingKind.Max } or Reduction { Function: ReductionFunction.Maximum or ReductionFunction.Minimum }
                or Reshape or Transpose or Slice or Expand or Gather or Pad { Value: 0 } =>
                node.Input(0).Constant is null ? NodeRole.Movement : NodeRole.Float,
            Pooling or Reduction { Function: ReductionFunction.Mean or ReductionFunction.Sum } or Concatenate => NodeRole.Arithmetic,
            Softmax { Logarithm: false } => NodeRole.OnDemand,
            Unary => NodeRole.Function,
            Binary binary => RoleOf(node, binary.Function),
            _ => NodeRole.Float,
        };
    }

    private static NodeRole RoleOf(Node node, BinaryFunction function)
    {
        Value a = node.Input(0), b = node.Input(1);
        Value? constant = a.Constant is not null ? a : b.Constant is not null ? b : null;
        bool isTable = constant is not null && TableAxis(constant, node.Output.Shape) is not null
            && (ReferenceEquals(constant, a) ? b : a).Shape.Equals(node.Output.Shape);
        if (isTable) return NodeRole.Function;
        bool hasRule = function is BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply or BinaryFunction.Maximum
            or BinaryFunction.Minimum;
        return hasRule ? NodeRole.Arithmetic : NodeRole.Float;
    }

    private static bool HasConstants(Node node) =>
        node.Input(0).Constant is null && node.Input(1).Constant is { Element: ElementType.Float32 }
            && node.OptionalInput(2) is null or { Constant: not null };

    // Relu and Clip behind a layer, movement between included, while nothing else reads what they clamp.
    private Value ResultOf(Node node)
    {
        Value result = node.Output, current = node.Output;
        List<Node> passed = [];
        while (!_outputs.Contains(current) && _consumers.TryGetValue(current, out List<Node>? readers) && readers.Count == 1)
        {
            Node reader = readers[0];
            bool isClip = reader.Operator is Unary { Function: UnaryFunction.Clip };
            if (!isClip && reader.Operator is not (Reshape or Transpose or Expand or Pooling { Function: PoolingKind.Max })) break;
            passed.Add(reader);
            current = reader.Output;
            if (!isClip) continue;
            foreach (Node clamp in passed) _roles[clamp] = NodeRole.Clamp;
            passed.Clear();
            result = current;
        }

        return result;
    }
}
