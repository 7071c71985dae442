using System.Collections.Generic;
using ModelGen.Graph;
using ModelGen.Graph.Operators;

namespace ModelGen.Passes.Training;

/// <summary>A step of training as a graph: forward, loss, backward.</summary>
/// <param name="Graph">
/// Inputs: those of the network, the targets, grids of fake quantization and parameters, in this order, and which gradients are wanted.
/// Outputs: the loss (a scalar, the mean over the samples), the network's first output before a final softmax, and the gradient of each
/// parameter.
/// </param>
/// <param name="Parameters">What is trained.</param>
/// <param name="Targets">Names of the inputs that hold the targets.</param>
/// <param name="Grids">Names of the inputs that hold grids, without <c>:grid</c>.</param>
internal sealed record TrainingStep(
    ModelGraph Graph, IReadOnlyList<Parameter> Parameters, IReadOnlyList<string> Targets, IReadOnlyList<string> Grids)
{
    /// <summary>
    /// Behind the name of a parameter (<see cref="IsMasked"/>): the input of its shape that is zero where its gradient is not wanted.
    /// </summary>
    public const string Wanted = ":wanted";

    /// <summary>Whether the gradient of a parameter can be restricted to some of its elements.</summary>
    public static bool IsMasked(Parameter parameter) => parameter.Node.Operator is Convolution && parameter.Operand == 1;

    /// <summary>Name of the output that is the loss; no name of a network looks like it.</summary>
    public const string Loss = "step:loss";

    /// <summary>Name of the output that is the network's first output, [samples, elements].</summary>
    public const string Output = "step:output";
}
