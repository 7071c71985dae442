using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Tool;
using ModelGen.Tool.Execution;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Tests.Tool;

public class ModelRunnerTests
{
    [Fact]
    public void Runs_one_sample_with_or_without_the_batch_dimension()
    {
        foreach (int[] shape in (int[][])[[1, 2], [2]])
        {
            IReadOnlyList<NamedTensor> outputs = Run(Floats(shape, 1, 2), Floats([2], 10, 20));

            Assert.Equal(["sum", "calls"], outputs.Select(o => o.Name));
            Assert.Equal([1, 2], outputs[0].Tensor.Dimensions.ToArray());
            Assert.Equal([11, 22], Values(outputs[0]));
            Assert.Equal([1], outputs[1].Tensor.Dimensions.ToArray());
        }
    }

    [Fact]
    public void Stacks_samples_and_repeats_inputs_without_a_sample_axis()
    {
        IReadOnlyList<NamedTensor> outputs = Run(Floats([3, 2], 1, 2, 3, 4, 5, 6), Floats([2], 10, 20));

        Assert.Equal([3, 2], outputs[0].Tensor.Dimensions.ToArray());
        Assert.Equal([11, 22, 13, 24, 15, 26], Values(outputs[0]));
        Assert.Equal([3], outputs[1].Tensor.Dimensions.ToArray());
        Assert.Equal([1, 2, 3], Values(outputs[1]));
    }

    [Fact]
    public void Keeps_the_batch_dimension_of_outputs_where_inputs_keep_theirs()
    {
        IReadOnlyList<NamedTensor> outputs = Run(Floats([2, 1, 2], 1, 2, 3, 4), Floats([2, 2], 10, 20, 30, 40));

        Assert.Equal([2, 1, 2], outputs[0].Tensor.Dimensions.ToArray());
        Assert.Equal([11, 22, 33, 44], Values(outputs[0]));
    }

    [Fact]
    public void Runs_a_single_sample_behind_a_sample_axis()
        => Assert.Equal([1, 1, 2], Run(Floats([1, 1, 2], 1, 2), Floats([2], 10, 20))[0].Tensor.Dimensions.ToArray());

    [Fact]
    public void Refuses_inputs_that_disagree_on_the_number_of_samples()
    {
        ToolException error = Assert.Throws<ToolException>(() => Run(Floats([3, 2], 1, 2, 3, 4, 5, 6), Floats([2, 2], 1, 2, 3, 4)));
        Assert.Equal("input 'a' has 3 samples and input 'b' has 2; all must have the same number", error.Message);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1, 3)]
    [InlineData(2, 2, 2)]
    [InlineData(1, 1, 1, 2)]
    public void Refuses_other_shapes(params int[] shape)
    {
        ToolException error = Assert.Throws<ToolException>(() =>
            Run(Floats(shape, new float[shape.Aggregate((a, b) => a * b)]), Floats([2], 1, 2)));
        Assert.StartsWith("a.npy: shape [", error.Message);
        Assert.Contains("input 'a' float32[1, 2]", error.Message);
    }

    [Fact]
    public void Refuses_a_sample_axis_without_samples()
        => Assert.Contains("no samples", Assert.Throws<ToolException>(() => Run(Floats([0, 2]), Floats([2], 1, 2))).Message);

    private static IReadOnlyList<NamedTensor> Run(NumericTensor a, NumericTensor b)
    {
        TwoInputModel model = new();
        return ModelRunner.Run(model, [BoundInput.Bind(a, model.Info.Inputs[0], "a.npy"),
            BoundInput.Bind(b, model.Info.Inputs[1], "b.npy")]);
    }

    private static NumericTensor Floats(int[] shape, params float[] values)
        => new(TensorElementType.Float32, shape, MemoryMarshal.AsBytes<float>(values).ToArray());

    private static double[] Values(NamedTensor output) =>
        Enumerable.Range(0, output.Tensor.Length).Select(output.Tensor.ToDouble).ToArray();
}
