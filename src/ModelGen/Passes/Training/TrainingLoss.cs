namespace ModelGen.Passes.Training;

/// <summary>What training makes small.</summary>
internal enum TrainingLoss
{
    /// <summary>
    /// Cross-entropy with given class probabilities plus cross-entropy with softened probabilities of a teacher (Hinton, Vinyals, Dean,
    /// "Distilling the Knowledge in a Neural Network", 2015). Targets: <c>target:hard</c> and <c>target:soft</c>, [samples, classes]
    /// each; rows carry their weight.
    /// </summary>
    Classification,

    /// <summary>Mean squared difference. Target: <c>target:values</c>, the shape of the output.</summary>
    MeanSquared,
}
