using System;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Planning;

namespace ModelGen.Emit;

/// <summary>What a kernel emitter writes into: the body of one layer method.</summary>
internal sealed class LayerScope
{
    private readonly Plan _plan;
    private readonly HelperSet _helpers;

    public LayerScope(Plan plan, CodeWriter writer, HelperSet helpers, Step step)
    {
        _plan = plan;
        _helpers = helpers;
        Writer = writer;
        Step = step;
    }

    public CodeWriter Writer { get; }

    public Step Step { get; }

    public bool IsModern => _plan.Options.Profile == Profile.Modern;

    /// <summary>Name of the parameter of an operand that is computed, by its position among those.</summary>
    public string Operand(int index) => OperandName(index, Step.Operands.Count);

    /// <summary>Name of the parameter of the operand in a position of the node, or <see langword="null"/> when it is constant or
    /// absent.</summary>
    public string? InputName(int input)
    {
        int position = 0;
        for (int i = 0; i < Step.Node.Inputs.Count; i++)
        {
            Value? value = Step.Node.Inputs[i];
            if (i == input) return value is { Constant: null } ? Operand(position) : null;
            if (value is { Constant: null }) position++;
        }

        return null;
    }

    /// <summary>Name of the parameter of a result.</summary>
    public string Result(int index = 0) => ResultName(index, Step.Node.Outputs.Count);

    public static string OperandName(int index, int count) => count == 1 ? "input" : FormattableString.Invariant($"input{index + 1}");

    public static string ResultName(int index, int count) => count == 1 ? "output" : FormattableString.Invariant($"output{index + 1}");

    /// <summary>Asks for a helper and returns its name.</summary>
    public string Use(Helper helper)
    {
        _helpers.Use(helper);
        return helper.Name;
    }

    /// <summary>Asks for a helper whose method has another name.</summary>
    public string UseMethod(Helper helper, string method)
    {
        _helpers.Use(helper);
        return method;
    }

    /// <summary>Expression for a table as span of its element type.</summary>
    public string Table(ConstantTable table) => table.IsInScratch
        ? Scratch(table.Element, table.Offset, table.Length) : Tables.Expression(table, _plan);

    /// <summary>Expression for a part of the scratch memory.</summary>
    public string Scratch(ElementType element, int byteOffset, int length) =>
        FormattableString.Invariant($"{Use(Helper.View)}<{element.Keyword()}>(scratch, {byteOffset}, {length})");

    /// <summary>Modern: declares a reference to the first element of a span.</summary>
    public void Reference(string element, string name, string span) =>
        Writer.Line($"ref {element} {name} = ref MemoryMarshal.GetReference({span});");
}
