using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Tool.Tensors;
using Xunit;

namespace ModelGen.Conformance;

/// <summary>The cases with all inputs constant: what the compiler evaluates at build time equals what the suite expects.</summary>
public class ConstantFoldingTests
{
    public static TheoryData<string> Cases()
    {
        TheoryData<string> data = [];
        IEnumerable<string> names = BackendSuite.SkipReason is null
            ? BackendSuite.Names().Where(name => BackendCase.Has(name, CaseForm.NoInput)) : ["none"];
        foreach (string name in names) data.Add(name);
        return data;
    }

    [BackendTheory]
    [MemberData(nameof(Cases))]
    public void FoldedOutputsAreRight(string name)
    {
        if (Fold(name) is not { } graph) return; // Refused: the other tests see to that.
        BackendCase expected = BackendCase.Read(name, CaseForm.NoInput);
        foreach (GraphOutput output in graph.Outputs)
        {
            if (output.Value.Constant is not { } constant) continue;
            var type = Enum.Parse<TensorElementType>(constant.Element.ToString());
            var actual = new NumericTensor(type, constant.Shape.ToArray(), constant.Bytes.ToArray());
            Assert.Null(expected.Outputs[output.Name].Difference(actual));
        }
    }

    [BackendFact]
    public void MostOperatorsFold()
    {
        int folded = BackendSuite.Names().Where(name => BackendCase.Has(name, CaseForm.NoInput))
            .Count(name => Fold(name)?.Outputs.All(output => output.Value.Constant is not null) == true);
        Assert.InRange(folded, 350, int.MaxValue);
    }

    private static ModelGraph? Fold(string name)
    {
        try
        {
            return OnnxImporter.Import(BackendCase.Model(name, CaseForm.NoInput), new CompileOptions());
        }
        catch (ModelException)
        {
            return null;
        }
    }
}
