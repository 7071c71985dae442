using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Tests.Models;
using ModelGen.Tests.Reference;
using Xunit;

namespace ModelGen.Tests.Operators;

/// <summary>The cases themselves: an output that is one saturated constant would prove nothing.</summary>
public class CasesTests
{
    public static TheoryData<string> QuantizedNames() => SharedModels.Rows(QuantizedCases.All.Keys);

    public static TheoryData<string> FloatNames() => SharedModels.Rows(FloatCases.All.Keys);

    [Theory]
    [MemberData(nameof(QuantizedNames))]
    public void QuantizedOutputsVaryWithinTheirRange(string name)
    {
        OperatorCase model = QuantizedCases.All[name]();
        IReadOnlyDictionary<string, ReferenceTensor> values = model.Build().Values;
        foreach (ReferenceTensor output in model.Outputs.Select(o => values[o]).Where(o => !o.IsFloat))
        {
            double inside = output.Integers.Count(q => q > output.Type.Minimum() && q < output.Type.Maximum()) / (double)output.Count;
            Assert.True(inside >= 0.3, $"{inside:P0} of the elements are not saturated");
            if (output.Count > 1 && name != "conv all zero")
                Assert.True(output.Integers.Distinct().Count() > 3, "hardly any two elements differ");
        }
    }

    [Theory]
    [MemberData(nameof(FloatNames))]
    public void FloatOutputsAreFinite(string name)
    {
        OperatorCase model = FloatCases.All[name]();
        IReadOnlyDictionary<string, ReferenceTensor> values = model.Build().Values;
        foreach (string output in model.Outputs) Assert.All(values[output].AsDoubles(), v => Assert.True(double.IsFinite(v)));
    }
}
