using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tests.Support;
using Xunit;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>The reference against the single-operator cases of the ONNX project.</summary>
public class OnnxBackendTests
{
    /// <summary>Cases of an operator we have that ask for something the reference does not do.</summary>
    private static readonly Dictionary<string, string> Excluded = new(StringComparer.Ordinal)
    {
        ["node/test_batchnorm_epsilon_training_mode"] = "training",
        ["node/test_batchnorm_example_training_mode"] = "training",
        ["node/test_training_dropout"] = "training (random)",
        ["node/test_training_dropout_default"] = "training (random)",
        ["node/test_training_dropout_default_mask"] = "training (random)",
        ["node/test_training_dropout_mask"] = "training (random)",
        ["node/test_cast_FLOAT_to_STRING"] = "strings",
        ["node/test_cast_STRING_to_FLOAT"] = "strings",
        ["node/test_castlike_FLOAT_to_STRING"] = "strings",
        ["node/test_castlike_FLOAT_to_STRING_expanded"] = "strings",
        ["node/test_castlike_STRING_to_FLOAT"] = "strings",
        ["node/test_castlike_STRING_to_FLOAT_expanded"] = "strings",
        ["node/test_identity_sequence"] = "sequences",
        ["node/test_identity_opt"] = "optionals",
        ["pytorch-converted/test_PReLU_1d_multiparam"] = "broadcasting before opset 7",
        ["pytorch-converted/test_PReLU_2d_multiparam"] = "broadcasting before opset 7",
        ["pytorch-converted/test_PReLU_3d_multiparam"] = "broadcasting before opset 7",
        ["node/test_resize_tf_crop_and_resize"] = "coordinates tf_crop_and_resize",
    };

    public static TheoryData<string> Cases()
    {
        TheoryData<string> data = [];
        // Without a row xunit reports an error instead of the skip reason.
        if (!OnnxTestData.IsPresent) data.Add("none");
        else foreach (string name in Implemented()) data.Add(name);
        return data;
    }

    [OnnxTestDataTheory]
    [MemberData(nameof(Cases))]
    public void MatchesTheExpectedOutputs(string name)
    {
        string folder = Path.Combine([OnnxTestData.Root, .. name.Split('/')]);
        ModelProto proto = Load(folder);
        ReferenceModel model = new(proto);
        string set = Path.Combine(folder, "test_data_set_0");
        Dictionary<string, ReferenceTensor> inputs = new(StringComparer.Ordinal);
        // Old files list their weights among the inputs; only the others have data.
        ValueInfoProto[] fed = proto.Graph.Input.Where(input => model.Inputs.Contains(input.Name)).ToArray();
        for (int i = 0; i < fed.Length; i++) inputs[fed[i].Name] = Tensor(Path.Combine(set, $"input_{i}.pb"), fed[i]);
        IReadOnlyDictionary<string, ReferenceTensor> values = model.Run(inputs);
        for (int i = 0; i < model.Outputs.Count; i++)
        {
            ReferenceTensor expected = Tensor(Path.Combine(set, $"output_{i}.pb"), proto.Graph.Output[i]);
            // The tolerance of the ONNX project's own runner; its data was made in the element type of the case.
            bool narrow = expected.Type is DataType.Float16 or DataType.BFloat16;
            string? difference = TensorComparison.Difference(values[model.Outputs[i]], expected, narrow
                ? 1e-2 : 1e-3, narrow ? 1e-3 : 1e-6);
            Assert.True(difference == null, $"{name}, output {model.Outputs[i]}: {difference}");
        }
    }

    [OnnxTestDataFact]
    public void CoversMostOfTheSuite() => Assert.InRange(Implemented().Count(), 500, int.MaxValue);

    private static IEnumerable<string> Implemented()
    {
        IReadOnlyDictionary<string, ReferenceOperator> operators = OperatorTable.Create();
        return OnnxTestData.Suites.SelectMany(suite => Directory.GetDirectories(Path.Combine(OnnxTestData.Root, suite))
            .Where(folder => Load(folder).Graph.Node.All(n => n.Domain.Length == 0 && operators.ContainsKey(n.OpType)))
            .Select(folder => suite + "/" + Path.GetFileName(folder)))
            .Where(name => !Excluded.ContainsKey(name))
            .Order(StringComparer.Ordinal);
    }

    private static ModelProto Load(string folder) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));

    private static ReferenceTensor Tensor(string path, ValueInfoProto declared)
    {
        TensorProto tensor = TensorProto.Parser.ParseFrom(File.ReadAllBytes(path));
        // numpy has no bfloat16: the suite stores such values as uint16 and only the model tells.
        if (declared.Type.TensorType.ElemType == (int)DataType.BFloat16) tensor.DataType = (int)DataType.BFloat16;
        return TensorReader.Read(tensor);
    }
}
