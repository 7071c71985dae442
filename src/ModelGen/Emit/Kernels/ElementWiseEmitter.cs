using System;
using System.Globalization;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;
using ModelGen.Planning.Kernels;

namespace ModelGen.Emit.Kernels;

/// <summary>Functions of each element with broadcasting, both profiles.</summary>
internal static class ElementWiseEmitter
{
    public static void Emit(ElementWiseKernel kernel, LayerScope scope)
    {
        CodeWriter writer = scope.Writer;
        string[] names = new string[kernel.Operands.Count];
        for (int i = 0; i < names.Length; i++)
        {
            ElementWiseOperand operand = kernel.Operands[i];
            names[i] = operand.Scalar is { } number ? Number(number) : FormattableString.Invariant($"operand{i + 1}");
            if (operand.Scalar is not null) continue;
            string span = operand.Constant is null ? scope.InputName(i)! : scope.Table(operand.Constant);
            writer.Line($"ReadOnlySpan<{operand.Element.Keyword()}> {names[i]} = {span};");
        }

        LoopNest nest = LoopNest.Create(kernel.Result.Shape, kernel.Operands.Select(operand => operand.Shape).ToArray());
        int inner = nest.Sizes.Length - 1;
        nest.Open(writer, inner);
        int size = nest.Sizes[inner];
        string target = nest.Expression(inner, nest.Result);
        writer.Line($"Span<{kernel.Result.Element.Keyword()}> target = {scope.Result()}.Slice({target}, {size});");
        string[] elements = new string[names.Length];
        string[] vectors = new string[names.Length];
        bool canVectorize = scope.IsModern && kernel.Result.Element == ElementType.Float32
            && kernel.Operands.All(operand => operand.Element == ElementType.Float32) && size >= 4;
        for (int i = 0; i < names.Length; i++)
        {
            if (kernel.Operands[i].Scalar is not null)
            {
                elements[i] = names[i];
                vectors[i] = $"new Vector<float>({names[i]})";
                continue;
            }

            string start = nest.Expression(inner, nest.Operands[i]);
            string local = FormattableString.Invariant($"x{i + 1}");
            if (nest.Operands[i][inner] == 0)
            {
                writer.Line($"{kernel.Operands[i].Element.Keyword()} {local} = {names[i]}[{start}];");
                elements[i] = local;
                vectors[i] = $"new Vector<float>({local})";
            }
            else
            {
                writer.Line($"ReadOnlySpan<{kernel.Operands[i].Element.Keyword()}> {local} = {names[i]}.Slice({start}, {size});");
                elements[i] = $"{local}[i]";
                vectors[i] = $"Vector.LoadUnsafe(ref MemoryMarshal.GetReference({local}), (nuint)i)";
            }
        }

        string? vector = canVectorize ? Vector(kernel.Operator, vectors) : null;
        writer.Line("int i = 0;");
        if (vector is not null)
        {
            Activation activation = kernel.Operator.Activation;
            using (writer.Block("for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)"))
            {
                writer.Line($"Vector<float> y = {vector};");

                // One bound at a time: an expression for both would repeat the first.
                if (!float.IsNegativeInfinity(activation.Low)) Clamp(activation.Low, float.PositiveInfinity);
                if (!float.IsPositiveInfinity(activation.High)) Clamp(float.NegativeInfinity, activation.High);
                writer.Line("y.StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);");
            }

            void Clamp(float low, float high) =>
                writer.Line($"y = {Expressions.ClampVector("y", $"new Vector<float>({Literals.Float(low)})", $"new Vector<float>({Literals.Float(high)})", low, high)};");
        }

        writer.Line($"for (; i < target.Length; i++) target[i] = {Scalar(kernel, elements, scope)};");
        nest.Close(writer, inner);
    }

    private static string Scalar(ElementWiseKernel kernel, string[] x, LayerScope scope)
    {
        string result = kernel.Operator switch
        {
            Unary unary => Unary(unary, x[0], kernel, scope),
            Binary binary when kernel.Operands[0].Element != kernel.Operands[1].Element =>
                $"({kernel.Result.Element.Keyword()}){Expressions.Binary(binary.Function, $"(double){x[0]}", $"(double){x[1]}", ElementType.Float64)}",
            Binary binary => Expressions.Binary(binary.Function, x[0], x[1], kernel.Operands[0].Element),
            Select => $"{x[0]} ? {x[1]} : {x[2]}",
            Cast => CastExpression(x[0], kernel.Operands[0].Element, kernel.Result.Element),
            _ => throw new InvalidOperationException(),
        };
        Activation activation = kernel.Operator.Activation;
        if (activation.IsNone) return result;
        return $"{scope.UseMethod(VectorHelpers.ScalarClamp, "Clamp")}({result}, {Literals.Float(activation.Low)}, {Literals.Float(activation.High)})";
    }

    private static string Unary(Unary unary, string x, ElementWiseKernel kernel, LayerScope scope)
    {
        ElementType element = kernel.Operands[0].Element;
        if (!element.IsFloat())
            return Expressions.UnaryInteger(unary.Function, x, element);
        return Expressions.Unary(unary.Function, x, unary.Alpha, unary.Beta, scope, element == ElementType.Float64);
    }

    private static string? Vector(Operator @operator, string[] x) => @operator switch
    {
        Unary unary => Expressions.UnaryVector(unary.Function, x[0], unary.Alpha, unary.Beta),
        Binary binary => Expressions.BinaryVector(binary.Function, x[0], x[1]),
        _ => null,
    };

    private static string CastExpression(string x, ElementType from, ElementType to)
    {
        if (from == ElementType.Bool) return to == ElementType.Bool ? x : $"({to.Keyword()})({x} ? 1 : 0)";
        if (to == ElementType.Bool) return $"{x} != 0";
        return $"unchecked(({to.Keyword()}){x})";
    }

    private static string Number(Tensor number) => number.Element switch
    {
        ElementType.Float32 => Literals.Float((float)number.GetDouble(0)),
        ElementType.Float64 => Literals.Double(number.GetDouble(0)),
        ElementType.Bool => number.GetLong(0) != 0 ? "true" : "false",
        ElementType.Int64 => number.GetLong(0).ToString(CultureInfo.InvariantCulture) + "L",
        ElementType.UInt64 => unchecked((ulong)number.GetLong(0)).ToString(CultureInfo.InvariantCulture) + "UL",
        _ => $"({number.Element.Keyword()})({number.GetLong(0).ToString(CultureInfo.InvariantCulture)})",
    };
}
