using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tool.Tensors;

namespace ModelGen.Tool.Execution;

/// <summary>Arrays for all inputs of a model, from the <c>--input</c> options.</summary>
internal static class ModelInputs
{
    /// <summary>Reads and binds one array an input.</summary>
    /// <param name="arguments">Values of <c>--input</c>.</param>
    /// <param name="info">The model.</param>
    /// <param name="note">Receives remarks on conversions.</param>
    /// <exception cref="ToolException">An input is missing, or a file does not fit.</exception>
    public static IReadOnlyList<BoundInput> Read(IReadOnlyList<string> arguments, ModelInfo info, Action<string> note)
    {
        string[] names = info.Inputs.ToArray().Select(i => i.Name).ToArray();
        Dictionary<string, NamedFile> files = NamedFiles.Read(arguments, names, names.Length == 1 ? names[0] : null, "--input", "input");
        List<BoundInput> inputs = [];
        foreach (TensorInfo input in info.Inputs)
        {
            if (!files.TryGetValue(input.Name, out NamedFile? file))
            {
                string option = names.Length == 1 ? "--input FILE.npy" : $"--input {input.Name}=FILE.npy";
                string type = TensorNames.Describe(input.ElementType, input.Shape);
                throw new ToolException($"{info.Name}: input '{input.Name}' {type} is missing; give {option}");
            }
            inputs.Add(BoundInput.Bind(file.Tensor, input, file.Origin));
            if (!file.Tensor.IsFloat && inputs[^1].Tensor.IsFloat) note(IntegerNote(file, input));
        }
        ModelRunner.CountSamples(info, inputs);
        return inputs;
    }

    // Raw sensor or pixel values where the model wants scaled ones are the most common reason for wrong answers.
    private static string IntegerNote(NamedFile file, TensorInfo input)
        => $"{file.Origin}: {TensorNames.Name(file.Tensor.ElementType)} values are given to {TensorNames.Name(input.ElementType)} input " +
           $"'{input.Name}' as they are, without any scale";
}
