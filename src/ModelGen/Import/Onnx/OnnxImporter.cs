using System;
using System.Collections.Generic;
using System.Linq;
using Google.Protobuf;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx.Wire;

namespace ModelGen.Import.Onnx;

/// <summary>Reads an ONNX file into a graph. Everything in the file is checked before it is used: the file may be broken or
/// hostile.</summary>
internal static class OnnxImporter
{
    /// <summary>Newest IR version read (ONNX 1.19).</summary>
    private const long NewestIrVersion = 13;

    private const long OldestOpset = 7, NewestOpset = 24;

    /// <summary>Imports a model.</summary>
    /// <exception cref="ModelException">The file cannot be compiled.</exception>
    public static ModelGraph Import(byte[] file, CompileOptions options)
    {
        ModelProto model = Parse(file);
        long opset = CheckVersions(model);
        GraphProto graph = model.Graph;
        var metadata = new ModelMetadata(
            graph.Name, model.DocString, $"{model.ProducerName} {model.ProducerVersion}".Trim(), opset, Labels(model, options));
        var builder = new GraphBuilder(metadata);
        var scope = new ImportScope(builder, OpsetsByDomain(model));
        if (graph.Node.Count > Limits.Nodes)
            throw Limits.TooLarge(
                $"the model has {Limits.Text(graph.Node.Count)} nodes; at most {Limits.Text(Limits.Nodes)} are supported");
        AddInitializers(graph, scope);
        InputTypes.CheckOptions(graph, options);
        AddInputs(graph, scope, options);
        foreach (NodeProto node in graph.Node) OperatorRegistry.Import(node, scope);
        return builder.Build(Outputs(graph, scope, options));
    }

    private static ModelProto Parse(byte[] file)
    {
        if (file.Length == 0) throw new ModelException(ModelErrorIds.NotAModel, "the file is empty");
        try
        {
            ModelProto model = ModelProto.Parser.ParseFrom(CodedInputStream.CreateWithLimits(new System.IO.MemoryStream(file,
                writable: false), file.Length, 64));
            if (model.Graph is null || (model.OpsetImport.Count == 0 && model.IrVersion == 0))
                throw new ModelException(ModelErrorIds.NotAModel, "the file is not an ONNX model: it holds no graph");
            return model;
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new ModelException(ModelErrorIds.NotAModel,
                $"the file is not an ONNX model, or it is cut short or damaged ({FirstLine(error.Message)})");
        }
    }

    private static long CheckVersions(ModelProto model)
    {
        if (model.IrVersion is < 3 or > NewestIrVersion)
            throw new ModelException(ModelErrorIds.UnsupportedVersion,
                $"IR version {model.IrVersion} is not known; versions 3 to {NewestIrVersion} are");
        OperatorSetIdProto? set = model.OpsetImport.FirstOrDefault(entry => entry.Domain is "" or "ai.onnx");
        long opset = set?.Version ?? 1;
        if (opset is < OldestOpset or > NewestOpset)
            throw new ModelException(ModelErrorIds.UnsupportedVersion,
                $"operator set {opset} is not known; sets {OldestOpset} to {NewestOpset} are. Export the model again with one of them");
        return opset;
    }

    private static Dictionary<string, long> OpsetsByDomain(ModelProto model)
    {
        var opsets = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (OperatorSetIdProto entry in model.OpsetImport) opsets[entry.Domain == "ai.onnx" ? "" : entry.Domain] = entry.Version;
        return opsets;
    }

    private static void AddInitializers(GraphProto graph, ImportScope scope)
    {
        foreach (TensorProto tensor in graph.Initializer)
        {
            scope.Define(tensor.Name, GraphBuilder.Constant(tensor.Name, TensorReader.Read(tensor, $"initializer \"{tensor.Name}\"")));
            scope.MarkNarrow(tensor.Name, TensorReader.NarrowRange(tensor.DataType));
        }

        foreach (SparseTensorProto tensor in graph.SparseInitializer)
        {
            string name = tensor.Values?.Name ?? "";
            scope.Define(name, GraphBuilder.Constant(name, TensorReader.Read(tensor, $"sparse initializer \"{name}\"")));
        }
    }

    private static void AddInputs(GraphProto graph, ImportScope scope, CompileOptions options)
    {
        foreach (ValueInfoProto input in graph.Input)
        {
            // Before IR version 4 every initializer is listed as an input too.
            if (scope.IsDefined(input.Name)) continue;
            scope.Define(input.Name, scope.Builder.AddInput(input.Name, InputTypes.Resolve(input, options)));
            scope.MarkNarrow(input.Name, TensorReader.NarrowRange(input.Type.TensorType.ElemType));
        }
    }

    private static List<GraphOutput> Outputs(GraphProto graph, ImportScope scope, CompileOptions options)
    {
        var outputs = new List<GraphOutput>();
        foreach (string name in graph.Output.Select(output => output.Name).Concat(options.ExtraOutputs))
        {
            if (outputs.Any(output => output.Name == name)) continue;
            Value value = scope.Find(name) ?? throw new ModelException(ModelErrorIds.NotAModel,
                $"output \"{name}\" is computed by no node");
            outputs.Add(new GraphOutput(name, value));
        }

        foreach (ValueInfoProto output in graph.Output) CheckDeclaredShape(output, scope.Find(output.Name)!);
        if (outputs.Count == 0) throw new ModelException(ModelErrorIds.NotAModel, "the model has no outputs");
        return outputs;
    }

    // What the file declares is not needed; where it contradicts the operators, one of the two is not what was meant.
    private static void CheckDeclaredShape(ValueInfoProto output, Value value)
    {
        if (output.Type?.TensorType?.Shape is not { } shape) return;
        long[] dimensions = shape.Dim.Select(dimension => dimension.DimValue).ToArray();
        bool fits = dimensions.Length == value.Shape.Rank && !dimensions.Where((size, axis) => size > 0 && size != value.Shape[axis]).Any();
        if (fits) return;
        string declared = string.Join(", ", dimensions.Select(size => size > 0 ? Limits.Text(size) : "?"));
        throw new ModelException(
            ModelErrorIds.TypeMismatch,
            $"output \"{output.Name}\" is declared with shape [{declared}], but its node computes {value.Shape}; "
            + "correct the declaration (onnx.shape_inference) or the model");
    }

    private static EquatableArray<string> Labels(ModelProto model, CompileOptions options)
    {
        if (options.Labels.Count > 0) return options.Labels;
        string? labels = model.MetadataProps.FirstOrDefault(entry => entry.Key == "labels")?.Value;
        return labels is null ? default : new EquatableArray<string>(labels.Split([',', '\n'],
            StringSplitOptions.RemoveEmptyEntries).Select(label => label.Trim()));
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
