using System.Collections.Generic;
using System.Linq;
using Google.Protobuf;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Compression.Export;

/// <summary>Attributes of ONNX nodes.</summary>
internal static class Attributes
{
    /// <summary>An integer.</summary>
    public static AttributeProto Int(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>A truth value, which ONNX writes as 0 or 1.</summary>
    public static AttributeProto Flag(string name, bool value) => Int(name, value ? 1 : 0);

    /// <summary>A real number.</summary>
    public static AttributeProto Float(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>A text.</summary>
    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    /// <summary>A list of integers.</summary>
    public static AttributeProto Ints(string name, IEnumerable<int> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.Add(values.Select(value => (long)value));
        return attribute;
    }

    /// <summary>A list of real numbers.</summary>
    public static AttributeProto Floats(string name, IEnumerable<float> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.Add(values);
        return attribute;
    }

    /// <summary>A list of texts.</summary>
    public static AttributeProto Texts(string name, IEnumerable<string> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.Add(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }
}
