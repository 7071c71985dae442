using System;

namespace ModelGen.Compression.Training;

/// <summary>What the network is trained towards: labels where there are any, and the outputs of the original network.</summary>
/// <param name="Labels">Class of each sample, or <see langword="null"/>.</param>
/// <param name="LabelWeight">Weight of the labels beside the teacher, 0 to 1.</param>
/// <param name="Teacher">Outputs of the original network before a final softmax, [samples, outputs].</param>
/// <param name="Outputs">Outputs a sample.</param>
/// <param name="Temperature">Softness of the teacher's probabilities.</param>
internal sealed record Targets(int[]? Labels, float LabelWeight, float[] Teacher, int Outputs, float Temperature)
{
    /// <summary>Writes the weighted one-hot label of a sample.</summary>
    public void WriteHard(int sample, Span<float> target)
    {
        target.Clear();
        if (Labels is not null) target[Labels[sample]] = LabelWeight;
    }

    /// <summary>Writes the weighted, softened probabilities of the teacher.</summary>
    public void WriteSoft(int sample, Span<float> target)
    {
        ReadOnlySpan<float> logits = Teacher.AsSpan(sample * Outputs, Outputs);
        float maximum = float.NegativeInfinity, sum = 0;
        foreach (float logit in logits) maximum = Math.Max(maximum, logit);
        for (int i = 0; i < target.Length; i++) sum += target[i] = MathF.Exp((logits[i] - maximum) / Temperature);
        float weight = (Labels is null ? 1 : 1 - LabelWeight) / sum;
        for (int i = 0; i < target.Length; i++) target[i] *= weight;
    }

    /// <summary>Writes the outputs of the teacher.</summary>
    public void WriteValues(int sample, Span<float> target) => Teacher.AsSpan(sample * Outputs, Outputs).CopyTo(target);
}
