using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compression.Training;

/// <summary>Values and masks of parameters at a time.</summary>
internal sealed class ParameterSnapshot
{
    private readonly (float[] Values, float[]? Mask)[] _parameters;

    private ParameterSnapshot((float[] Values, float[]? Mask)[] parameters) => _parameters = parameters;

    /// <summary>Copies parameters.</summary>
    public static ParameterSnapshot Of(IReadOnlyList<TrainedParameter> parameters) =>
        new(parameters.Select(parameter => ((float[])parameter.Values.Clone(), (float[]?)parameter.Mask?.Clone())).ToArray());

    /// <summary>Puts the copies back.</summary>
    public void Restore(IReadOnlyList<TrainedParameter> parameters)
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            parameters[i].Values = (float[])_parameters[i].Values.Clone();
            parameters[i].Mask = (float[]?)_parameters[i].Mask?.Clone();
            parameters[i].CountKept();
        }
    }
}
