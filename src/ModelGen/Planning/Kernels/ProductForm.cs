namespace ModelGen.Planning.Kernels;

/// <summary>How a matrix with constant weights is multiplied with vectors.</summary>
internal enum ProductForm
{
    /// <summary>Weights stored by input: each input is multiplied with a run of outputs at once.</summary>
    Columns,

    /// <summary>Real numbers stored in panels of sixteen outputs, input by input: a vector is multiplied with streams of whole vectors.</summary>
    Panels,

    /// <summary>Bytes stored in panels of outputs, for every four inputs those of each output: four inputs are multiplied with a run of outputs at once.</summary>
    Quads,

    /// <summary>Weights stored by output: a dot product for each output.</summary>
    Rows,

    /// <summary>Non-zero weights of each output with the index of their input.</summary>
    Sparse,

    /// <summary>Non-zero weights of sixteen outputs at a time, with the inputs that each picks out of 32 neighbours.</summary>
    Shuffled,

    /// <summary>Weights packed bit by bit, multiplied as they are read.</summary>
    Packed,

    /// <summary>Straight-line code with the weights as literals.</summary>
    Unrolled,
}
