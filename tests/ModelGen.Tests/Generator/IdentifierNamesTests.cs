using ModelGen.Generator;
using Xunit;

namespace ModelGen.Tests.Generator;

/// <summary>Class names from file names.</summary>
public sealed class IdentifierNamesTests
{
    [Theory]
    [InlineData("kws_fp32.onnx", "KwsFp32")]
    [InlineData("Keywords.onnx", "Keywords")]
    [InlineData("resnet-18.v2.onnx", "Resnet18V2")]
    [InlineData("MobileNetV2.onnx", "MobileNetV2")]
    [InlineData("3d unet.onnx", "Model3dUnet")]
    [InlineData("class.onnx", "Class")]
    [InlineData("run.onnx", "RunModel")]
    [InlineData("info", "InfoModel")]
    [InlineData("__.onnx", "Model")]
    [InlineData(".onnx", "Onnx")]
    [InlineData("größe.onnx", "Größe")]
    [InlineData("数字.onnx", "数字")]
    public void Class_name_is_the_file_name_in_pascal_case(string fileName, string expected)
        => Assert.Equal(expected, IdentifierNames.ClassNameFor(fileName));

    [Theory]
    [InlineData("A.B", "C", "A.B.C")]
    [InlineData("", "@class", "class")]
    [InlineData("A", "x̄", "A.x_")]
    public void Hint_name_has_only_characters_that_the_compiler_allows(string space, string className, string expected)
        => Assert.Equal(expected, IdentifierNames.HintNameFor(space, className));
}
