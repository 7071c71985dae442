using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Google.Protobuf;
using ModelGen.Import.Onnx.Wire;
using ModelGen.Tool.Tensors;

namespace ModelGen.Conformance;

/// <summary>One case: a model, what to feed it, and what it must answer.</summary>
internal sealed class BackendCase
{
    private const int Float16 = 10, BFloat16 = 16;

    private BackendCase(byte[] file, IReadOnlyDictionary<string, NumericTensor> inputs, IReadOnlyDictionary<string, ExpectedTensor> outputs)
    {
        File = file;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>The model file.</summary>
    public byte[] File { get; }

    /// <summary>Input tensors by name.</summary>
    public IReadOnlyDictionary<string, NumericTensor> Inputs { get; }

    /// <summary>Expected outputs by name.</summary>
    public IReadOnlyDictionary<string, ExpectedTensor> Outputs { get; }

    /// <summary>Whether a case exists in a form: it must have inputs that become constants, and those must be tensors of numbers.</summary>
    public static bool Has(string name, CaseForm form)
    {
        if (form == CaseForm.AsGiven) return true;
        ValueInfoProto[] fed = Fed(Load(name).Graph);
        bool areNumbers = fed.All(input => input.Type.TensorType is { ElemType: not 8 });
        return areNumbers && fed.Length > (form == CaseForm.FirstInput ? 1 : 0);
    }

    /// <summary>The model file of a case, without its data.</summary>
    public static byte[] Model(string name, CaseForm form)
    {
        ModelProto model = Load(name);
        ValueInfoProto[] fed = Fed(model.Graph);
        for (int i = Kept(form, fed.Length); i < fed.Length; i++)
        {
            TensorProto tensor = ReadProto(Input(name, i), fed[i]);
            tensor.Name = fed[i].Name;
            model.Graph.Initializer.Add(tensor);
            model.Graph.Input.Remove(fed[i]);
        }

        return model.ToByteArray();
    }

    /// <summary>Reads a case.</summary>
    public static BackendCase Read(string name, CaseForm form)
    {
        GraphProto graph = Load(name).Graph;
        ValueInfoProto[] fed = Fed(graph);
        var inputs = new Dictionary<string, NumericTensor>(StringComparer.Ordinal);
        for (int i = 0; i < Kept(form, fed.Length); i++) inputs[fed[i].Name] = ReadTensor(Input(name, i), fed[i]);
        var outputs = new Dictionary<string, ExpectedTensor>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Output.Count; i++)
        {
            bool isNarrow = graph.Output[i].Type.TensorType.ElemType is Float16 or BFloat16;
            outputs[graph.Output[i].Name] = new ExpectedTensor(ReadTensor(Data(name, $"output_{i}.pb"), graph.Output[i]), isNarrow);
        }

        return new BackendCase(Model(name, form), inputs, outputs);
    }

    private static int Kept(CaseForm form, int inputs) => form switch
    {
        CaseForm.AsGiven => inputs,
        CaseForm.FirstInput => Math.Min(1, inputs),
        _ => 0,
    };

    // Old files list their weights among the inputs; only the others have data.
    private static ValueInfoProto[] Fed(GraphProto graph)
    {
        HashSet<string> weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        return graph.Input.Where(input => !weights.Contains(input.Name)).ToArray();
    }

    private static ModelProto Load(string name)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(Path.Combine(BackendSuite.Root, name, "model.onnx")));

        // Most files that PyTorch once wrote say operator set 6. Apart from explicit broadcasting their nodes mean the same in set 7, the
        // oldest read.
        bool broadcasts = model.Graph.Node.Any(node => node.Attribute.Any(attribute => attribute.Name == "broadcast"));
        foreach (OperatorSetIdProto set in model.OpsetImport)
            if (set.Version == 6 && !broadcasts) set.Version = 7;
        return model;
    }

    private static string Input(string name, int index) => Data(name, $"input_{index}.pb");

    private static string Data(string name, string file) => Path.Combine(BackendSuite.Root, name, "test_data_set_0", file);

    private static TensorProto ReadProto(string path, ValueInfoProto declared)
    {
        TensorProto tensor = TensorProto.Parser.ParseFrom(System.IO.File.ReadAllBytes(path));

        // The suite keeps bfloat16 as uint16, for want of such a type in numpy; only the model tells.
        if (declared.Type.TensorType.ElemType == BFloat16) tensor.DataType = BFloat16;
        return tensor;
    }

    private static NumericTensor ReadTensor(string path, ValueInfoProto declared) =>
        OnnxTensorFile.Read(ReadProto(path, declared).ToByteArray(), Path.GetFileName(path)).Tensor;
}
