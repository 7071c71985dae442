using System;
using System.Collections.Generic;
using ModelGen.Graph;

namespace ModelGen.Planning.Lowering;

/// <summary>
/// A matrix of bytes laid out in panels of outputs: for every four inputs their weights for each output of the panel, so that a 32-bit lane holds what an
/// instruction that multiplies four bytes takes. Panels are as large as what is left allows; outputs of the last one, of eight, are moved back to end with the matrix.
/// </summary>
internal static class QuadMatrix
{
    /// <summary>Inputs of a lane.</summary>
    public const int Inputs = 4;

    /// <summary>Outputs of the panels, largest first.</summary>
    public static readonly int[] Panels = [64, 32, 16, 8];

    /// <summary>Lanes of inputs.</summary>
    public static int Quads(int inputs) => (inputs + Inputs - 1) / Inputs;

    /// <summary>Whether inputs are multiplied where they are; else signed bytes are made unsigned, and zeros follow them.</summary>
    public static bool IsDirect(ElementType input, int inputs) => input == ElementType.UInt8 && inputs % Inputs == 0;

    /// <summary>First output and size of each panel.</summary>
    /// <param name="outputs">Outputs of the matrix, at least those of the smallest panel.</param>
    public static IEnumerable<(int First, int Size)> Split(int outputs)
    {
        int smallest = Panels[Panels.Length - 1];
        for (int first = 0; first < outputs;)
        {
            int size = Array.Find(Panels, panel => panel <= outputs - first);
            if (size == 0) (first, size) = (outputs - smallest, smallest);
            yield return (first, size);
            first += size;
        }
    }

    /// <summary>Lays weights out.</summary>
    /// <param name="weights">Weights [output][input].</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="inputs">Inputs; beyond them weights are zero.</param>
    public static sbyte[] Lay(int[] weights, int outputs, int inputs)
    {
        int quads = Quads(inputs);
        var result = new List<sbyte>();
        foreach ((int first, int size) in Split(outputs))
        {
            for (int quad = 0; quad < quads; quad++)
            {
                for (int output = first; output < first + size; output++)
                {
                    for (int i = quad * Inputs; i < (quad + 1) * Inputs; i++)
                        result.Add(i < inputs ? (sbyte)weights[output * inputs + i] : (sbyte)0);
                }
            }
        }

        return [.. result];
    }
}
