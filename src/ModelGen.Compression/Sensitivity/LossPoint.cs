namespace ModelGen.Compression.Sensitivity;

/// <summary>A point of the predicted curve of loss against bits.</summary>
/// <param name="MeanBits">Mean bits of a stored weight.</param>
/// <param name="Loss">Expected increase of the loss.</param>
internal readonly record struct LossPoint(double MeanBits, double Loss);
