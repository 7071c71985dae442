using System.Text.Json;
using ModelGen.Tool;
using Xunit;

namespace ModelGen.Tests.Tool;

public sealed class VerifyCommandTests : System.IDisposable
{
    private readonly ToolSession _session = new();
    private readonly string _model;
    private readonly string _input;

    public VerifyCommandTests()
    {
        _model = _session.Write("add.onnx", TinyModels.AddConstant());
        _input = _session.WriteFloats("x.npy", [2, 3], 1, 2, 3, 9, 0, 0);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Equal_values_pass()
    {
        string expected = _session.WriteFloats("y.npy", [2, 3], 2, 4, 6, 10, 2, 3.00001f);

        Assert.Equal(ToolApplication.Success, Verify("--expected", expected, "--atol", "1e-4"));
        Assert.Contains("PASSED", _session.Output);
        Assert.Contains("100.00 %", _session.Output); // top-1
    }

    [Fact]
    public void A_mismatch_is_exit_code_1()
    {
        string expected = _session.WriteFloats("y.npy", [2, 3], 2, 4, 6, 10, 2, 12);

        Assert.Equal(ToolApplication.CheckFailed, Verify("--expected", expected, "--json"));
        using JsonDocument document = JsonDocument.Parse(_session.Output);
        JsonElement output = document.RootElement.GetProperty("outputs")[0];
        Assert.False(document.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal(9, output.GetProperty("maximumAbsoluteDifference").GetDouble());
        Assert.Equal(0.75, output.GetProperty("maximumRelativeDifference").GetDouble());
        Assert.Equal(1, output.GetProperty("mismatches").GetInt32());
        Assert.Equal(5, output.GetProperty("identical").GetInt32());
        Assert.Equal(1, output.GetProperty("topOneAgreements").GetInt32());
        Assert.Equal(1, output.GetProperty("worst").GetProperty("sample").GetInt32());
        Assert.Equal(2, output.GetProperty("worst").GetProperty("index").GetInt32());

        Assert.Equal(ToolApplication.CheckFailed, Verify("--expected", expected));
        Assert.Contains("sample 1, element 2: 3 where 12 is expected", _session.Output);
        Assert.Equal(ToolApplication.Success, Verify("--expected", expected, "--allow-mismatches", "1"));
        Assert.Equal(ToolApplication.Success, Verify("--expected", expected, "--rtol", "0.75", "--atol", "0"));
    }

    [Fact]
    public void Nan_is_a_mismatch_unless_expected()
    {
        string notExpected = _session.WriteFloats("n.npy", [2, 3], float.NaN, 0, 0, 0, 0, 0);
        string values = _session.WriteFloats("y.npy", [2, 3], float.NaN, 2, 3, 1, 2, 3);

        Assert.Equal(ToolApplication.CheckFailed, Verify("--expected", notExpected, "--atol", "1000"));
        Assert.Equal(ToolApplication.Success, _session.Run("verify", _model, "--input", notExpected, "--expected", values));
    }

    [Fact]
    public void Labels_give_the_accuracy()
    {
        string labels = _session.WriteBytes("labels.npy", [2], 2, 1);

        Assert.Equal(ToolApplication.Success, Verify("--labels", labels));
        Assert.Equal("accuracy 50.00 % (1 of 2)", _session.Output.Trim());
        Assert.Equal(ToolApplication.BadInput, Verify("--labels", _session.WriteBytes("three.npy", [3], 0, 0, 0)));
        Assert.Contains("has 3 labels for 2 samples", _session.Error);
    }

    [Fact]
    public void Other_shapes_are_bad_input()
    {
        Assert.Equal(ToolApplication.BadInput, Verify("--expected", _session.WriteFloats("y.npy", [3, 2], 1, 2, 3, 4, 5, 6)));
        Assert.Contains("shape [3, 2] is not that of output 'y' [2, 3]", _session.Error);
    }

    [Fact]
    public void Outputs_are_chosen_by_name()
    {
        string model = _session.Write("two.onnx", TinyModels.TwoInputs());
        string a = _session.WriteFloats("a.npy", [1, 2], 1, 2);
        string twice = _session.WriteFloats("t.npy", [1, 2], 4, 8);
        string[] arguments = ["verify", model, "--input", "a=" + a, "--input", "b=" + a, "--expected"];

        Assert.Equal(ToolApplication.Success, _session.Run([.. arguments, "twice=" + twice]));
        Assert.Equal(ToolApplication.CheckFailed, _session.Run([.. arguments, "sum=" + twice]));
        Assert.Equal(ToolApplication.BadInput, _session.Run([.. arguments, twice]));
    }

    private int Verify(params string[] arguments) => _session.Run(["verify", _model, "--input", _input, .. arguments]);
}
