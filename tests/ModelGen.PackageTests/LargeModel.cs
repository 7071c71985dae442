using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace ModelGen.PackageTests;

/// <summary>A model file of any size: square fully connected layers of float32, one after the other, written with the ONNX wire format at
/// hand (onnx.proto; Protocol Buffers encoding).</summary>
public static class LargeModel
{
    /// <summary>Makes the file. Input <c>x</c> and output <c>y</c> are of shape [1, width].</summary>
    /// <param name="width">Inputs and outputs of each layer.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="seed">Weights differ with it.</param>
    public static byte[] Create(int width, int layers = 1, int seed = 0)
    {
        var graph = new MemoryStream();
        for (int i = 0; i < layers; i++)
        {
            string source = i == 0 ? "x" : $"h{i}", target = i == layers - 1 ? "y" : $"h{i + 1}";
            Field(graph, 1, Message((1, Text(source)), (1, Text($"w{i}")), (2, Text(target)), (4, Text("MatMul"))));
        }

        Field(graph, 2, Text("large"));
        for (int i = 0; i < layers; i++)
        {
            var tensor = new MemoryStream();
            Number(tensor, 1, width);
            Number(tensor, 1, width);
            Number(tensor, 2, 1);
            Field(tensor, 8, Text($"w{i}"));
            Field(tensor, 9, Weights(width, i + seed));
            Field(graph, 5, tensor.ToArray());
        }

        Field(graph, 11, ValueInfo("x", width));
        Field(graph, 12, ValueInfo("y", width));
        var model = new MemoryStream();
        Number(model, 1, 8);
        Field(model, 7, graph.ToArray());
        var opset = new MemoryStream();
        Number(opset, 2, 17);
        Field(model, 8, opset.ToArray());
        return model.ToArray();
    }

    /// <summary>A weight: a multiple of 1/8, so that sums are exact in any order.</summary>
    /// <param name="row">Input.</param>
    /// <param name="column">Output.</param>
    /// <param name="seed">Layer and seed of the file, added.</param>
    public static float Weight(int row, int column, int seed) => ((row * 31 + column * 17 + seed) % 13 - 6) / 8f;

    private static byte[] Weights(int width, int seed)
    {
        byte[] bytes = new byte[width * width * sizeof(float)];
        for (int i = 0; i < width * width; i++) BitConverter.TryWriteBytes(bytes.AsSpan(i * sizeof(float)), Weight(i / width, i % width, seed));
        return bytes;
    }

    private static byte[] ValueInfo(string name, int width)
    {
        var shape = new MemoryStream();
        foreach (int size in (int[])[1, width])
        {
            var dimension = new MemoryStream();
            Number(dimension, 1, size);
            Field(shape, 1, dimension.ToArray());
        }

        var tensor = new MemoryStream();
        Number(tensor, 1, 1);
        Field(tensor, 2, shape.ToArray());
        return Message((1, Text(name)), (2, Message((1, tensor.ToArray()))));
    }

    private static byte[] Message(params IEnumerable<(int Number, byte[] Value)> fields)
    {
        var message = new MemoryStream();
        foreach ((int number, byte[] value) in fields) Field(message, number, value);
        return message.ToArray();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static void Field(MemoryStream message, int number, byte[] value)
    {
        Varint(message, number << 3 | 2);
        Varint(message, value.Length);
        message.Write(value);
    }

    private static void Number(MemoryStream message, int number, int value)
    {
        Varint(message, number << 3);
        Varint(message, value);
    }

    private static void Varint(MemoryStream message, int value)
    {
        for (; value >= 0x80; value >>= 7) message.WriteByte((byte)(value | 0x80));
        message.WriteByte((byte)value);
    }
}
