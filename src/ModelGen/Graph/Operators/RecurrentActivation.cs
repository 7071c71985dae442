namespace ModelGen.Graph.Operators;

/// <summary>An activation of a recurrent cell with its parameters.</summary>
/// <param name="Function">The function.</param>
/// <param name="Alpha">First parameter.</param>
/// <param name="Beta">Second parameter.</param>
public sealed record RecurrentActivation(UnaryFunction Function, float Alpha = 0, float Beta = 0);
