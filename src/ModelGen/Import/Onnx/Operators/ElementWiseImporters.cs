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

        importers["Relu"] = node => node.Result(new Unary(UnaryFunction.Clip, 0, float.PositiveInfinity), node.Input(0));
        importers["Clip"] = Clip;
        importers["LeakyRelu"] = node => WithAlpha(node, UnaryFunction.LeakyRelu, 0.01f);
        importers["Elu"] = node => WithAlpha(node, UnaryFunction.Elu, 1);
        importers["Celu"] = node => WithAlpha(node, UnaryFunction.Celu, 1);
        importers["ThresholdedRelu"] = node => WithAlpha(node, UnaryFunction.ThresholdedRelu, 1);
        importers["Swish"] = node => WithAlpha(node, UnaryFunction.Swish, 1);
        importers["Selu"] = node => node.Result(
            new Unary(UnaryFunction.Selu, node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f)), node.Input(0));
        importers["HardSigmoid"] = node => node.Result(
            new Unary(UnaryFunction.HardSigmoid, node.Float("alpha", 0.2f), node.Float("beta", 0.5f)), node.Input(0));
        importers["Shrink"] = node => node.Result(new Unary(UnaryFunction.Shrink, node.Float("bias", 0), node.Float("lambd", 0.5f)), node.Input(0));
        importers["IsInf"] = node => node.Result(
            new Unary(UnaryFunction.IsInfinite, node.Int("detect_negative", 1) != 0 ? 1 : 0, node.Int("detect_positive", 1) != 0 ? 1 : 0), node.Input(0));
        importers["Gelu"] = node => node.Result(
            new Unary(node.Text("approximate", "none") == "tanh" ? UnaryFunction.GeluTanh : UnaryFunction.Gelu), node.Input(0));

        foreach ((string name, BinaryFunction function) in BinaryFunctionsByName)
            importers[name] = node => node.Result(new Binary(function), node.Input(0), node.Input(1));

        importers["Mod"] = node => node.Result(
            new Binary(node.Int("fmod", 0) != 0 ? BinaryFunction.FloatModulo : BinaryFunction.Modulo), node.Input(0), node.Input(1));
        importers["PRelu"] = PRelu;
        importers["Sum"] = node => Variadic(node, BinaryFunction.Add);
        importers["Min"] = node => Variadic(node, BinaryFunction.Minimum);
        importers["Max"] = node => Variadic(node, BinaryFunction.Maximum);
        importers["Mean"] = node => Variadic(node, BinaryFunction.Add, mean: true);
        importers["Where"] = node => node.Result(new Select(), node.Input(0), node.Input(1), node.Input(2));
        importers["Cast"] = Cast;
        importers["CastLike"] = node => node.Result(new Cast(node.Input(1).Element), node.Input(0));
    }

    private static readonly (string Name, UnaryFunction Function)[] PlainFunctions =
    [
        ("Neg", UnaryFunction.Negate), ("Abs", UnaryFunction.Abs), ("Exp", UnaryFunction.Exp), ("Log", UnaryFunction.Log), ("Sqrt", UnaryFunction.Sqrt),
        ("Reciprocal", UnaryFunction.Reciprocal), ("Floor", UnaryFunction.Floor), ("Ceil", UnaryFunction.Ceiling), ("Round", UnaryFunction.Round),
        ("Sign", UnaryFunction.Sign), ("Erf", UnaryFunction.Erf), ("Sin", UnaryFunction.Sin), ("Cos", UnaryFunction.Cos), ("Tan", UnaryFunction.Tan),
        ("Asin", UnaryFunction.Asin), ("Acos", UnaryFunction.Acos), ("Atan", UnaryFunction.Atan), ("Sinh", UnaryFunction.Sinh), ("Cosh", UnaryFunction.Cosh),
        ("Asinh", UnaryFunction.Asinh), ("Acosh", UnaryFunction.Acosh), ("Atanh", UnaryFunction.Atanh), ("Tanh", UnaryFunction.Tanh),
        ("Sigmoid", UnaryFunction.Sigmoid), ("HardSwish", UnaryFunction.HardSwish), ("Softplus", UnaryFunction.Softplus), ("Softsign", UnaryFunction.Softsign),
        ("Mish", UnaryFunction.Mish), ("Not", UnaryFunction.Not), ("IsNaN", UnaryFunction.IsNaN),
    ];

    private static readonly (string Name, BinaryFunction Function)[] BinaryFunctionsByName =
    [
        ("Add", BinaryFunction.Add), ("Sub", BinaryFunction.Subtract), ("Mul", BinaryFunction.Multiply), ("Div", BinaryFunction.Divide), ("Pow", BinaryFunction.Power),
        ("Equal", BinaryFunction.Equal), ("Less", BinaryFunction.Less), ("LessOrEqual", BinaryFunction.LessOrEqual),
        ("Greater", BinaryFunction.Greater), ("GreaterOrEqual", BinaryFunction.GreaterOrEqual),
        ("And", BinaryFunction.And), ("Or", BinaryFunction.Or), ("Xor", BinaryFunction.Xor),
    ];

    private static void WithAlpha(NodeContext node, UnaryFunction function, float otherwise) =>
        node.Result(new Unary(function, node.Float("alpha", otherwise)), node.Input(0));

    // Bounds are attributes before operator set 11 and optional operands since; min is applied before max.
    private static void Clip(NodeContext node)
    {
        if (node.OptionalInput(1) is { Constant: null } || node.OptionalInput(2) is { Constant: null })
        {
            Value x = node.Input(0);
            if (node.OptionalInput(1) is { } lower) x = node.Add(new Binary(BinaryFunction.Maximum), "raised", x, lower);
            if (node.OptionalInput(2) is { } upper) x = node.Add(new Binary(BinaryFunction.Minimum), "lowered", x, upper);
            node.Define(0, x);
            return;
        }

        float low = node.Float("min", float.NegativeInfinity), high = node.Float("max", float.PositiveInfinity);
        if (node.OptionalConstant(1, "lower bound") is { } min) low = (float)min.GetDouble(0);
        if (node.OptionalConstant(2, "upper bound") is { } max) high = (float)max.GetDouble(0);
        node.Result(new Unary(UnaryFunction.Clip, low, high), node.Input(0));
    }

    // The slope broadcasts towards the input, and one dimension means one slope a channel in files of older exporters.
    private static void PRelu(NodeContext node)
    {
        Value x = node.Input(0), slope = node.Input(1);
        if (slope.Shape.Rank == 1 && x.Shape.Rank > 2 && slope.Shape[0] == x.Shape[1] && slope.Shape[0] != 1 && x.Shape[x.Shape.Rank - 1] != slope.Shape[0])
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
            node.Result(new Binary(BinaryFunction.Divide), result, GraphBuilder.Constant("count", Tensor.Floats(Shape.Scalar, [inputs.Length])));
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
        ElementType target = TensorReader.ElementTypeOf(checked((int)node.Int("to", 0)), "attribute \"to\"");
        if (target == node.Input(0).Element) node.Define(0, node.Input(0));
        else node.Result(new Cast(target), node.Input(0));
    }
}
