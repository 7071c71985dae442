namespace ModelGen.Compression.Calibration;

/// <summary>Quantization of a tensor: real value = scale * (integer - zero point).</summary>
/// <param name="Scale">Step of the grid, positive.</param>
/// <param name="ZeroPoint">The integer that stands for zero; always within the integers of the format.</param>
/// <param name="MeanSquaredError">Expected squared error of a value, from the histogram.</param>
internal sealed record ActivationRange(float Scale, int ZeroPoint, double MeanSquaredError);
