using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.DeadChannels;

/// <summary>
/// A recurrent layer that starts at zero, its hidden units as channels. A unit whose candidate value has neither weights nor bias stays
/// zero at every step, whatever its other gates do: nothing is ever added to it.
/// </summary>
internal sealed class RecurrentLayer
{
    private const int Bias = 3;
    private readonly Recurrent _cell;
    private readonly bool[] _rowReadsInput, _rowReadsUnit;
    private readonly bool[] _readsInput, _readsUnit;

    private RecurrentLayer(Node node)
    {
        Node = node;
        _cell = (Recurrent)node.Operator;
        Inputs = node.Input(1).Shape[1];
        _rowReadsInput = [.. node.Input(1).Constant!.ToFloats().Select(weight => weight != 0)];
        _rowReadsUnit = [.. node.Input(2).Constant!.ToFloats().Select(weight => weight != 0)];
        _readsInput = OfAnyGate(_rowReadsInput, Inputs);
        _readsUnit = OfAnyGate(_rowReadsUnit, Units);
    }

    /// <summary>The layer in the graph.</summary>
    public Node Node { get; }

    /// <summary>Hidden units.</summary>
    public int Units => _cell.Hidden;

    /// <summary>Input channels, along axis 2.</summary>
    public int Inputs { get; }

    /// <summary>The layer that a node is, or <see langword="null"/> for another node or one that starts elsewhere than at zero.</summary>
    public static RecurrentLayer? Of(Node node) => node.Operator is Recurrent
        && node.Inputs.Skip(4).All(operand => operand is null)
        && node.Inputs.Skip(1).Take(3).All(operand => operand?.Constant is not null || operand is null)
            ? new RecurrentLayer(node) : null;

    /// <summary>The units that stay zero.</summary>
    /// <param name="input">Constant of an input channel, or <see langword="null"/>.</param>
    public bool[] UnitsThatStayZero(Func<int, double?> input)
    {
        var staysZero = new bool[Units];
        if (!KeepsZero()) return staysZero;
        int candidate = _cell.Cell switch { RecurrentCell.Lstm => 3, RecurrentCell.Gru => 2, _ => 0 };
        bool hasChanged;
        do
        {
            hasChanged = false;
            for (int unit = 0; unit < Units; unit++)
            {
                int row = candidate * Units + unit;
                if (staysZero[unit] || HasBias(row)) continue;
                bool reads = Enumerable.Range(0, Inputs).Any(i => _rowReadsInput[row * Inputs + i] && input(i) != 0)
                    || Enumerable.Range(0, Units).Any(i => _rowReadsUnit[row * Units + i] && !staysZero[i]);
                hasChanged |= staysZero[unit] = !reads;
            }
        }
        while (hasChanged);
        return staysZero;
    }

    /// <summary>Whether any gate of a unit has a weight for an input channel.</summary>
    public bool ReadsInput(int unit, int input) => _readsInput[unit * Inputs + input];

    /// <summary>Whether any gate of a unit has a weight for a unit.</summary>
    public bool ReadsUnit(int unit, int other) => _readsUnit[unit * Units + other];

    /// <summary>The layer with fewer units and inputs.</summary>
    /// <param name="units">Units that are left.</param>
    /// <param name="inputs">Input channels that are left.</param>
    /// <param name="x">What it reads now.</param>
    /// <param name="builder">Takes the new node.</param>
    public IReadOnlyList<Value> Reduced(int[] units, int[] inputs, Value x, GraphBuilder builder)
    {
        Tensor w = Node.Input(1).Constant!, r = Node.Input(2).Constant!;
        int[] rows = [.. Rows(units)];
        Tensor newW = w.Select(0, rows).Select(1, inputs), newR = r.Select(0, rows).Select(1, units);
        long removed = w.Count - newW.Count + r.Count - newR.Count;
        Recurrent reduced = _cell with
        {
            Hidden = units.Length,
            Removed = new RemovedChannels(
                Units - units.Length, Units, Inputs - inputs.Length, Inputs, removed, removed * x.Shape[0] * x.Shape[1])
            {
                Rows = _cell.Gates,
            },
        };
        Value? bias = Node.OptionalInput(Bias);
        if (bias is not null)
        {
            int all = _cell.Gates * Units;
            int[] both = [.. rows, .. rows.Select(row => all + row)];
            bias = GraphBuilder.Constant(bias.Name, bias.Constant!.Select(bias.Shape.Rank - 1, both));
        }

        return builder.Add(reduced, Node.Name,
            [x, GraphBuilder.Constant(Node.Input(1).Name, newW), GraphBuilder.Constant(Node.Input(2).Name, newR), bias],
            [.. Node.Outputs.Select(output => output.Name)]);
    }

    // The functions make zero of zero, and gates are no more than a number, which times zero is zero.
    private bool KeepsZero()
    {
        int gates = _cell.Cell == RecurrentCell.Simple ? 0 : 1;
        return _cell.Activations.Take(gates).All(gate => gate.Function is UnaryFunction.Sigmoid or UnaryFunction.HardSigmoid)
            && _cell.Activations.Skip(gates).All(function =>
                UnaryFunctions.Evaluate(function.Function, 0, function.Alpha, function.Beta) == 0);
    }

    private bool HasBias(int row)
    {
        if (Node.OptionalInput(Bias)?.Constant is not { } bias) return false;
        return bias.GetDouble(row) != 0 || bias.GetDouble(_cell.Gates * Units + row) != 0;
    }

    private IEnumerable<int> Rows(IReadOnlyCollection<int> units) =>
        Enumerable.Range(0, _cell.Gates).SelectMany(gate => units.Select(unit => gate * Units + unit));

    private bool[] OfAnyGate(bool[] rows, int columns)
    {
        var units = new bool[Units * columns];
        for (int i = 0; i < rows.Length; i++) units[i % units.Length] |= rows[i];
        return units;
    }
}
