using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Import.Onnx.Operators;

/// <summary>Activations, arithmetic, comparisons, Where and Cast.</summary>
internal static class ElementWiseImporters
{
    public static void Register(IDictionary<string, NodeImporter> importers)
    {
        foreach ((string name, UnaryFunction function) in PlainFunctions)
            importers[name] = node => node.Result(new Unary(function), node.Input(0));

        importers["Relu"] = Relu;
        importers["Clip"] = Clip;
        importers["LeakyRelu"] = node => WithAlpha(node, UnaryFunction.LeakyRelu, 0.01f);
        importers["Elu"] = node => WithAlpha(node, UnaryFunction.Elu, 1);
        importers["Celu"] = node => WithAlpha(node, UnaryFunction.Celu, 1);
        importers["ThresholdedRelu"] = node => WithAlpha(node, UnaryFunction.ThresholdedRelu, 1);
        importers["Swish"] = node => WithAlpha(node, UnaryFunction.Swish, 1);
        importers["Selu"] = node => node.Result(
            new Unary(UnaryFunction.Selu, node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f)),
                node.Input(0));
        importers["HardSigmoid"] = node => node.Result(
            new Unary(UnaryFunction.HardSigmoid, node.Float("alpha", 0.2f), node.Float("beta", 0.5f)), node.Input(0));
        importers["Shrink"] = node => node.Result(new Unary(UnaryFunction.Shrink, node.Float("bias", 0), node.Float("lambd", 0.5f)),
            node.Input(0));
        importers["IsInf"] = node => node.Result(
            new Unary(UnaryFunction.IsInfinite, node.Int("detect_negative", 1) != 0 ? 1 : 0, node.Int("detect_positive", 1) != 0 ? 1 : 0),
                node.Input(0));
        importers["Gelu"] = node => node.Result(
            new Unary(node.Text("approximate", "none") == "tanh" ? UnaryFunction.GeluTanh : UnaryFunction.Gelu), node.Input(0));

        foreach ((string name, BinaryFunction function) in BinaryFunctionsByName)
            importers[name] = node => node.Result(new Binary(function), node.Input(0), node.Input(1));

        importers["Mod"] = node => node.Result(
            new Binary(node.Int("fmod", 0) != 0 ? BinaryFunction.FloatModulo : BinaryFunction.Modulo), node.Input(0), node.Input(1));
        importers["BitwiseNot"] = BitwiseNot;
        importers["PRelu"] = PRelu;
        importers["Sum"] = node => Variadic(node, BinaryFunction.Add);
        importers["Min"] = node => Variadic(node, BinaryFunction.Minimum);
        importers["Max"] = node => Variadic(node, BinaryFunction.Maximum);
        importers["Mean"] = node => Variadic(node, BinaryFunction.Add, mean: true);
        importers["Where"] = node => node.Result(new Select(), node.Input(0), node.Input(1), node.Input(2));
        importers["Cast"] = Cast;
        importers["CastLike"] = node => Cast(node, node.Input(1).Element, node.NarrowRange(1));
    }

    private static readonly (string Name, UnaryFunction Function)[] PlainFunctions =
    [
        ("Neg", UnaryFunction.Negate), ("Abs", UnaryFunction.Abs), ("Exp", UnaryFunction.Exp), ("Log", UnaryFunction.Log),
            ("Sqrt", UnaryFunction.Sqrt),
        ("Reciprocal", UnaryFunction.Reciprocal), ("Floor", UnaryFunction.Floor), ("Ceil", UnaryFunction.Ceiling),
            ("Round", UnaryFunction.Round),
        ("Sign", UnaryFunction.Sign), ("Erf", UnaryFunction.Erf), ("Sin", UnaryFunction.Sin), ("Cos", UnaryFunction.Cos),
            ("Tan", UnaryFunction.Tan),
        ("Asin", UnaryFunction.Asin), ("Acos", UnaryFunction.Acos), ("Atan", UnaryFunction.Atan), ("Sinh", UnaryFunction.Sinh),
            ("Cosh", UnaryFunction.Cosh),
        ("Asinh", UnaryFunction.Asinh), ("Acosh", UnaryFunction.Acosh), ("Atanh", UnaryFunction.Atanh), ("Tanh", UnaryFunction.Tanh),
        ("Sigmoid", UnaryFunction.Sigmoid), ("HardSwish", UnaryFunction.HardSwish), ("Softplus", UnaryFunction.Softplus),
            ("Softsign", UnaryFunction.Softsign),
        ("Mish", UnaryFunction.Mish), ("Not", UnaryFunction.Not), ("IsNaN", UnaryFunction.IsNaN),
    ];

    private static readonly (string Name, BinaryFunction Function)[] BinaryFunctionsByName =
    [
        ("Add", BinaryFunction.Add), ("Sub", BinaryFunction.Subtract), ("Mul", BinaryFunction.Multiply), ("Div", BinaryFunction.Divide),
            ("Pow", BinaryFunction.Power),
        ("Equal", BinaryFunction.Equal), ("Less", BinaryFunction.Less), ("LessOrEqual", BinaryFunction.LessOrEqual),
        ("Greater", BinaryFunction.Greater), ("GreaterOrEqual", BinaryFunction.GreaterOrEqual),
        ("And", BinaryFunction.And), ("Or", BinaryFunction.Or), ("Xor", BinaryFunction.Xor),
        ("BitwiseAnd", BinaryFunction.BitwiseAnd), ("BitwiseOr", BinaryFunction.BitwiseOr), ("BitwiseXor", BinaryFunction.BitwiseXor),
    ];

    private static void WithAlpha(NodeContext node, UnaryFunction function, float otherwise) =>
        node.Result(new Unary(function, node.Float("alpha", otherwise)), node.Input(0));

    // Bounds are attributes before operator set 11 and optional operands since; min(max(x, low), high), so that high wins where they cross.
    private static void Clip(NodeContext node)
    {
        Value x = node.Input(0);
        bool isComputed = node.OptionalInput(1) is { Constant: null } || node.OptionalInput(2) is { Constant: null };
        if (isComputed || x.Element != ElementType.Float32)
        {
            ClipBetween(node, x, Bound(node, 1, "min", x.Element), Bound(node, 2, "max", x.Element));
            return;
        }

        float low = node.Float("min", float.NegativeInfinity), high = node.Float("max", float.PositiveInfinity);
        if (node.OptionalConstant(1, "lower bound") is { } min) low = (float)Scalar(node, min);
        if (node.OptionalConstant(2, "upper bound") is { } max) high = (float)Scalar(node, max);
        node.Result(new Unary(UnaryFunction.Clip, Math.Min(low, high), high), x);
    }

    // Bounds of activations are float32; other types have theirs as operands.
    private static void ClipBetween(NodeContext node, Value x, Value? low, Value? high)
    {
        if (low is null && high is null) node.Result(new Unary(UnaryFunction.Identity), x);
        else if (low is null) node.Result(new Binary(BinaryFunction.Minimum), x, high);
        else if (high is null) node.Result(new Binary(BinaryFunction.Maximum), x, low);
        else node.Result(new Binary(BinaryFunction.Minimum), node.Add(new Binary(BinaryFunction.Maximum), "raised", x, low), high);
    }

    private static Value? Bound(NodeContext node, int input, string attribute, ElementType element)
    {
        if (node.OptionalInput(input) is { } bound) return bound;
        return node.Has(attribute) ? Constant(attribute, element, node.Float(attribute, 0)) : null;
    }

    private static double Scalar(NodeContext node, Tensor bound) =>
        bound.Count == 1 && !double.IsNaN(bound.GetDouble(0))
            ? bound.GetDouble(0)
            : throw node.Invalid($"has a bound of shape {bound.Shape} that is not one number");

    private static void Relu(NodeContext node)
    {
        Value x = node.Input(0);
        if (x.Element == ElementType.Float32) node.Result(new Unary(UnaryFunction.Clip, 0, float.PositiveInfinity), x);
        else node.Result(new Binary(BinaryFunction.Maximum), x, Constant("zero", x.Element, 0));
    }

    private static Value Constant(string name, ElementType element, double value) =>
        GraphBuilder.Constant(name, Tensor.From(ElementType.Float64, Shape.Scalar, [value]).Cast(element));

    // The complement is the exclusive or with all ones.
    private static void BitwiseNot(NodeContext node)
    {
        Value x = node.Input(0);
        Tensor ones = Tensor.From(ElementType.Int64, Shape.Scalar, [-1L]).Cast(x.Element);
        node.Result(new Binary(BinaryFunction.BitwiseXor), x, GraphBuilder.Constant("ones", ones));
    }

    // The slope broadcasts towards the input, and one dimension means one slope a channel in files of older exporters.
    private static void PRelu(NodeContext node)
    {
        Value x = node.Input(0), slope = node.Input(1);
        if (slope.Shape.Rank == 1 && x.Shape.Rank > 2 && slope.Shape[0] == x.Shape[1] && slope.Shape[0] != 1
            && x.Shape[x.Shape.Rank - 1] != slope.Shape[0])
            slope = node.Add(new Reshape(new Shape(Enumerable.Repeat(1, x.Shape.Rank - 2).Prepend(slope.Shape[0]))), "slope", slope);
        node.Result(new Binary(BinaryFunction.PRelu), x, slope);
    }

    private static void Variadic(NodeContext node, BinaryFunction function, bool mean = false)
    {
        Value[] inputs = node.Inputs();
        if (inputs.Length == 0) throw node.Invalid("has no inputs");
        Value result = inputs[0];
        for (int i = 1; i < inputs.Length - 1; i++) result = node.Add(new Binary(function), $"step{i}", result, inputs[i]);
        if (mean)
        {
            if (inputs.Length > 1) result = node.Add(new Binary(function), "sum", result, inputs[inputs.Length - 1]);
            node.Result(new Binary(BinaryFunction.Divide), result, Constant("count", result.Element, inputs.Length));
        }
        else if (inputs.Length == 1)
        {
            node.Define(0, result);
        }
        else
        {
            node.Result(new Binary(function), result, inputs[inputs.Length - 1]);
        }
    }

    private static void Cast(NodeContext node)
    {
        int type = checked((int)node.Int("to", 0));
        Cast(node, TensorReader.ElementTypeOf(type, "attribute \"to\""), TensorReader.NarrowRange(type));
    }

    private static void Cast(NodeContext node, ElementType target, IntegerRange? narrow)
    {
        Value x = node.Input(0);
        Value Integer(long value) => Constant("bits", target, value);
        if (narrow is null || narrow == node.NarrowRange(0))
        {
            if (target == x.Element) node.Define(0, x);
            else node.Result(new Cast(target), x);
        }
        else
        {
            // Integers keep their lowest 4 bits; flipping the sign bit and subtracting it extends the sign.
            Value wide = target == x.Element ? x : node.Add(new Cast(target), "wide", x);
            if (narrow == IntegerRange.UInt4)
            {
                node.Result(new Binary(BinaryFunction.BitwiseAnd), wide, Integer(15));
            }
            else
            {
                Value low = node.Add(new Binary(BinaryFunction.BitwiseAnd), "low", wide, Integer(15));
                Value flipped = node.Add(new Binary(BinaryFunction.BitwiseXor), "flipped", low, Integer(8));
                node.Result(new Binary(BinaryFunction.Subtract), flipped, Integer(8));
            }
        }

        node.MarkNarrow(narrow);
    }
}
