using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Compression.Calibration;

/// <summary>
/// What the rows of a weight matrix are multiplied with: the elements of a vector, the window of a convolution at a position, the inputs or
/// the state of a recurrent layer at a step.
/// </summary>
internal sealed class LayerInputs
{
    private readonly Node _node;
    private readonly bool _isRecurrentState;

    /// <summary>Inputs of one of a layer's weight constants.</summary>
    /// <param name="node">The layer.</param>
    /// <param name="weights">Its weights: operand 1, or 2 for the recurrent weights.</param>
    public LayerInputs(Node node, Value weights)
    {
        _node = node;
        _isRecurrentState = node.Operator is Recurrent && ReferenceEquals(weights, node.Input(2));
        Source = _isRecurrentState ? node.Outputs[0] : node.Input(0);
        Groups = node.Operator is Convolution convolution ? convolution.Groups : 1;
        Columns = weights.Shape.Product(1, weights.Shape.Rank);
    }

    /// <summary>The value that the inputs are taken from.</summary>
    public Value Source { get; }

    /// <summary>Groups of rows with inputs of their own.</summary>
    public int Groups { get; }

    /// <summary>Inputs of a row.</summary>
    public int Columns { get; }

    /// <summary>Input vectors that a sample gives to each group.</summary>
    public int VectorsPerSample => _node.Operator switch
    {
        Convolution => _node.Output.Shape.Product(2, _node.Output.Shape.Rank),
        _ => Source.Shape.Count / Columns,
    };

    /// <summary>Writes some of the input vectors of a sample.</summary>
    /// <param name="sample">Elements of <see cref="Source"/>.</param>
    /// <param name="step">Every which vector is taken.</param>
    /// <param name="offset">The first that is taken.</param>
    /// <param name="vectors">For each group the list that receives them.</param>
    public void Write(ReadOnlySpan<float> sample, int step, int offset, IReadOnlyList<List<float>> vectors)
    {
        int count = VectorsPerSample;
        for (int i = offset % step; i < count; i += step)
        {
            if (_node.Operator is Convolution convolution)
            {
                for (int group = 0; group < Groups; group++) WriteWindow(sample, convolution, i, group, vectors[group]);
                continue;
            }

            if (_isRecurrentState)
            {
                // Each step starts from the state that the step before left, the first from zero, which counts only where there is no
                // other.
                bool isReverse = ((Recurrent)_node.Operator).Reverse;
                int before = isReverse ? i + 1 : i - 1;
                if (before >= 0 && before < count) vectors[0].AddRange(sample.Slice(before * Columns, Columns));
                else if (count == 1) vectors[0].AddRange(new float[Columns]);
                continue;
            }

            vectors[0].AddRange(sample.Slice(i * Columns, Columns));
        }
    }

    private void WriteWindow(ReadOnlySpan<float> sample, Convolution convolution, int position, int group, List<float> vector)
    {
        Window window = convolution.Window;
        Shape input = Source.Shape, output = _node.Output.Shape;
        bool flat = window.Rank == 1;
        int height = flat ? 1 : input[2], width = flat ? input[2] : input[3], columns = flat ? output[2] : output[3];
        int y = position / columns, x = position % columns, last = window.Rank - 1;
        int kernelY = flat ? 1 : window.Kernel[0], kernelX = window.Kernel[last];
        int channels = input[1] / convolution.Groups;
        for (int channel = group * channels; channel < (group + 1) * channels; channel++)
        {
            for (int ky = 0; ky < kernelY; ky++)
            {
                int row = flat ? 0 : y * window.Strides[0] + ky * window.Dilations[0] - window.PadsBegin[0];
                for (int kx = 0; kx < kernelX; kx++)
                {
                    int column = x * window.Strides[last] + kx * window.Dilations[last] - window.PadsBegin[last];
                    bool inside = row >= 0 && row < height && column >= 0 && column < width;
                    vector.Add(inside ? sample[(channel * height + row) * width + column] : 0);
                }
            }
        }
    }
}
