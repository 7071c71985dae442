using System;
using ModelGen.Tool;
using Xunit;

namespace ModelGen.Tests.Tool;

public class ToolArgumentTests
{
    [Theory]
    [InlineData("", "Required command")]
    [InlineData("compile x.onnx", "'compile'")]
    [InlineData("run", "Required argument missing")]
    [InlineData("run x.onnx --bogus", "'--bogus'")]
    [InlineData("run x.onnx --profile newest", "'newest'")]
    [InlineData("run x.onnx y.onnx", "'y.onnx'")]
    [InlineData("verify x.onnx --atol minus", "'minus'")]
    [InlineData("verify x.onnx --atol 1,5", "'1,5'")]
    [InlineData("verify x.onnx --expected y.npy --allow-mismatches -3", "--allow-mismatches must be 0 or more")]
    [InlineData("verify x.onnx --atol -1", "--atol must be 0 or more")]
    [InlineData("verify x.onnx --rtol NaN", "--rtol must be 0 or more")]
    [InlineData("verify x.onnx --input x.npy", "--expected, --labels or both")]
    [InlineData("bench x.onnx --seconds 0", "--seconds")]
    [InlineData("inspect missing.onnx", "missing.onnx: no such file")]
    [InlineData("inspect missing.onnx --input-shape 1x-3", "--input-shape 1x-3")]
    [InlineData("emit missing.onnx --json", "-o FILE")]
    [InlineData("emit missing.onnx --class Run", "--class Run")]
    [InlineData("emit missing.onnx --namespace 1.x", "--namespace 1.x")]
    public void Wrong_usage_is_one_line_and_exit_code_2(string arguments, string reason)
    {
        using ToolSession session = new();

        int exitCode = session.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(ToolApplication.BadInput, exitCode);
        Assert.StartsWith("modelgen: ", session.Error);
        Assert.Contains(reason, session.Error);
        Assert.Equal(session.Error.Length - Environment.NewLine.Length,
            session.Error.IndexOf(Environment.NewLine, StringComparison.Ordinal));
        Assert.Empty(session.Output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("verify -h")]
    [InlineData("--version")]
    public void Help_and_version_are_no_errors(string arguments)
    {
        using ToolSession session = new();

        Assert.Equal(ToolApplication.Success, session.Run(arguments.Split(' ')));
        Assert.NotEmpty(session.Output);
        Assert.Empty(session.Error);
    }

    [Fact]
    public void Damaged_models_name_file_and_reason()
    {
        using ToolSession session = new();
        string model = session.Write("bad.onnx", [1, 2, 3]);

        Assert.Equal(ToolApplication.BadInput, session.Run("inspect", model));
        Assert.StartsWith($"modelgen: {model}: error MG0002: ", session.Error);
    }

    [Fact]
    public void A_folder_is_not_a_model()
    {
        using ToolSession session = new();

        Assert.Equal(ToolApplication.BadInput, session.Run("inspect", session.PathOf("")));
        Assert.Contains("a folder, not a file", session.Error);
    }
}
