using ModelGen.Graph;

namespace ModelGen.Passes.Training;

/// <summary>A constant of a network that training changes: an input of the training graph.</summary>
/// <param name="Name">Name of the constant in the network; unique.</param>
/// <param name="Initial">Its elements before training.</param>
/// <param name="Node">The node of the network that reads it.</param>
/// <param name="Operand">Which operand of the node it is: 1 are weights, 2 recurrent weights of a recurrent layer, else a bias.</param>
internal sealed record Parameter(string Name, Tensor Initial, Node Node, int Operand);
