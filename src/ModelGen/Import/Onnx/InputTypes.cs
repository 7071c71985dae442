using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Import.Onnx;

/// <summary>Decides the type of a model input: declared dimensions, dimensions given as an option, and 1 for an open batch.</summary>
internal static class InputTypes
{
    /// <summary>Refuses shapes that are given for no input of the model: without a name there must be one input only.</summary>
    public static void CheckOptions(GraphProto graph, CompileOptions options)
    {
        if (options.InputShapes.Count == 0) return;
        var initializers = new HashSet<string>(graph.Initializer.Select(tensor => tensor.Name));
        string[] inputs = graph.Input.Select(input => input.Name).Where(name => !initializers.Contains(name)).ToArray();
        string names = string.Join(", ", inputs.Select(name => $"\"{name}\""));
        foreach (InputShape shape in options.InputShapes)
        {
            if (shape.Input.Length == 0 && inputs.Length != 1)
            {
                string dimensions = string.Join("x", shape.Dimensions);
                throw new ModelException(
                    ModelErrorIds.InvalidOption,
                    $"InputShape {dimensions} names no input, but the model has {inputs.Length}: {names}; "
                    + $"write name:{dimensions}, with ; between several");
            }

            if (shape.Input.Length > 0 && !inputs.Contains(shape.Input))
            {
                throw new ModelException(
                    ModelErrorIds.InvalidOption,
                    $"InputShape names an input \"{shape.Input}\" that the model does not have; its inputs are {names}");
            }
        }
    }

    public static TensorType Resolve(ValueInfoProto input, CompileOptions options)
    {
        TypeProto.Types.Tensor? type = input.Type?.TensorType;
        if (type is null) throw new ModelException(ModelErrorIds.UnsupportedOperator, $"input \"{input.Name}\" is not a tensor");
        ElementType element = TensorReader.ElementTypeOf(type.ElemType, $"input \"{input.Name}\"");
        InputShape? bound = options.InputShapes.FirstOrDefault(shape => shape.Input == input.Name || shape.Input.Length == 0);
        if (type.Shape is null && bound is null)
            throw new ModelException(ModelErrorIds.UnboundDimension, $"input \"{input.Name}\" has no shape; {Advice(input.Name)}");
        if (type.Shape is not null && bound is not null && bound.Dimensions.Count != type.Shape.Dim.Count)
            throw new ModelException(ModelErrorIds.InvalidOption,
                $"InputShape gives {bound.Dimensions.Count} dimensions for input \"{input.Name}\" that has {type.Shape.Dim.Count}");

        int rank = bound?.Dimensions.Count ?? type.Shape!.Dim.Count;
        var dimensions = new int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            TensorShapeProto.Types.Dimension? declared = type.Shape?.Dim[axis];
            bool isFixed = declared is not null && declared.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue
                && declared.DimValue > 0;
            if (bound is not null)
            {
                dimensions[axis] = bound.Dimensions[axis];
                if (isFixed && declared!.DimValue != dimensions[axis])
                    throw new ModelException(ModelErrorIds.InvalidOption,
                        $"InputShape gives {dimensions[axis]} for dimension {axis} of input \"{input.Name}\", which the model fixes to {declared.DimValue}");
            }
            else if (isFixed)
            {
                dimensions[axis] = declared!.DimValue <= int.MaxValue
                    ? (int)declared.DimValue
                    : throw new ModelException(ModelErrorIds.TooLarge,
                        $"dimension {axis} of input \"{input.Name}\" is {declared.DimValue}");
            }
            else if (axis == 0 && rank > 1)
            {
                dimensions[axis] = 1; // An open leading dimension is the batch: one sample a run.
            }
            else
            {
                string name = declared is { ValueCase: TensorShapeProto.Types.Dimension.ValueOneofCase.DimParam }
                    ? $" (\"{declared.DimParam}\")" : "";
                throw new ModelException(ModelErrorIds.UnboundDimension,
                    $"dimension {axis}{name} of input \"{input.Name}\" is not known; {Advice(input.Name)}");
            }
        }

        return new TensorType(element, new Shape(dimensions));
    }

    private static string Advice(string input) =>
        $"give all its dimensions with InputShape=\"{input}:1x...\" on the ModelGenModel item (or --input-shape)";
}
