using System.Collections.Generic;
using System.IO;
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

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static ParameterSnapshot Load(BinaryReader reader) =>
        new(Enumerable.Range(0, reader.ReadInt32()).Select(_ =>
            (reader.ReadFloats(), reader.ReadBoolean() ? reader.ReadFloats() : null)).ToArray());

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

    /// <summary>Writes the copies.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_parameters.Length);
        foreach ((float[] values, float[]? mask) in _parameters)
        {
            writer.WriteFloats(values);
            writer.Write(mask is not null);
            if (mask is not null) writer.WriteFloats(mask);
        }
    }
}
