using System;
using System.IO;
using System.Linq;
using ModelGen.Tests.Support;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>A shared model with its recorded inputs and the outputs of ONNX Runtime.</summary>
internal sealed record ReferenceModelCase(string Name, string ModelPath, string InputPath, string ExpectedPath)
{
    /// <summary>Finds a case from the path of its model, by the rule of the shared models' README.</summary>
    public static ReferenceModelCase Find(string model)
    {
        string path = SharedData.PathOf("models/" + model);
        string folder = Path.Combine(Path.GetDirectoryName(path)!, "ref");
        // Exports that are kept beside a cleaned model share its records.
        if (!Directory.Exists(folder)) folder = Path.Combine(Path.GetDirectoryName(path)!, "..", "ref");
        string stem = Path.GetFileNameWithoutExtension(path);
        string input = Directory.GetFiles(folder, "*_x.npy")
            .Where(f => stem.StartsWith(Path.GetFileName(f)[..^"_x.npy".Length], StringComparison.Ordinal))
            .MaxBy(f => f.Length)!;
        return new ReferenceModelCase(stem, path, input, Path.Combine(folder, stem + "_y.npy"));
    }

    public byte[] Model => File.ReadAllBytes(ModelPath);

    public NpyArray Inputs => NpyArray.Load(InputPath);

    public NpyArray Expected => NpyArray.Load(ExpectedPath);

    /// <summary>One recorded input, with the batch dimension that the records leave out.</summary>
    public ReferenceTensor Sample(NpyArray inputs, int index) => ReferenceTensor.Float([1, .. inputs.Dims[1..]], inputs.Sample(index));

    /// <summary>
    /// What a float output may differ by: 1e-4. The autoencoder ad01 puts out decibels up to 61, sums of values as large, and ONNX Runtime
    /// itself is 2.2e-4 from the exact result; there it is 5e-6 of the largest output.
    /// </summary>
    public double Tolerance(double[] expected)
        => Name.StartsWith("ad01", StringComparison.Ordinal) ? 5e-6 * Array.ConvertAll(expected, Math.Abs).Max() : 1e-4;
}
