using ModelGen.Tests.Models;
using ModelGen.Tests.Reference.Quantization;
using ModelGen.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace ModelGen.Tests.Reference.Tests;

/// <summary>The integer rules of docs/numerics.md, as the reference reads them, against ONNX Runtime's outputs of the quantized
/// models.</summary>
public class IntegerModelTests(ITestOutputHelper log)
{
    public static TheoryData<string> Cases() => SharedModels.Rows(SharedModels.Integer);

    [SharedDataTheory]
    [MemberData(nameof(Cases))]
    public void AgreesWithOnnxRuntime(string file)
    {
        ReferenceModelCase found = ReferenceModelCase.Find(file);
        ReferenceModel model = new(found.Model);
        NpyArray inputs = found.Inputs;
        NpyArray expected = found.Expected;
        OnnxRuntimeAgreement? agreement = null;
        for (int n = 0; n < inputs.Dims[0]; n++)
        {
            ReferenceTensor output = model.Run(found.Sample(inputs, n))[model.Outputs[0]];
            agreement ??= new OnnxRuntimeAgreement(file, Assert.IsType<QuantizedElements>(output.Origin).Scale[0]);
            agreement.Add(output.Floats, expected.Sample(n));
        }

        log.WriteLine(agreement!.ToString());
        agreement.Check();
    }
}
