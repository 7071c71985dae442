using Google.Protobuf;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Tests.Tool;

/// <summary>ONNX files of one or two nodes.</summary>
internal static class TinyModels
{
    /// <summary><c>y[1,3] = x[1,3] + [1, 2, 3]</c>.</summary>
    public static byte[] AddConstant()
    {
        GraphProto graph = new()
        {
            Name = "g",
            Input = { Tensor("x", 1, 3) },
            Output = { Tensor("y", 1, 3) },
            Initializer = { new TensorProto { Name = "c", DataType = 1, Dims = { 3 }, FloatData = { 1, 2, 3 } } },
            Node = { new NodeProto { Name = "add", OpType = "Add", Input = { "x", "c" }, Output = { "y" } } },
        };
        return Model(graph);
    }

    /// <summary><c>sum = a[1,2] + b[1,2]</c> and <c>twice = sum + sum</c>.</summary>
    public static byte[] TwoInputs()
    {
        GraphProto graph = new()
        {
            Name = "g",
            Input = { Tensor("a", 1, 2), Tensor("b", 1, 2) },
            Output = { Tensor("sum", 1, 2), Tensor("twice", 1, 2) },
            Node =
            {
                new NodeProto { Name = "add", OpType = "Add", Input = { "a", "b" }, Output = { "sum" } },
                new NodeProto { Name = "double", OpType = "Add", Input = { "sum", "sum" }, Output = { "twice" } },
            },
        };
        return Model(graph);
    }

    private static byte[] Model(GraphProto graph)
        => new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 13 } }, Graph = graph }.ToByteArray();

    private static ValueInfoProto Tensor(string name, params int[] shape)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = 1, Shape = new TensorShapeProto() };
        foreach (int dimension in shape) tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dimension });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
