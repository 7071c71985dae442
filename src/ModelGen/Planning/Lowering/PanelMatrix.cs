using System;

namespace ModelGen.Planning.Lowering;

/// <summary>
/// A matrix laid out in panels of sixteen outputs: input by input the weights of the panel's outputs, so that a panel is one stream of whole vectors. The last panel
/// is moved back to end with the outputs.
/// </summary>
internal static class PanelMatrix
{
    /// <summary>Outputs of a panel.</summary>
    public const int Lanes = 16;

    /// <summary>Weights that the layout holds.</summary>
    /// <param name="outputs">Outputs of the matrix.</param>
    /// <param name="inputs">Its inputs.</param>
    public static long Length(int outputs, int inputs) => ((long)outputs + Lanes - 1) / Lanes * Lanes * inputs;

    /// <summary>Lays weights out.</summary>
    /// <param name="outputs">Outputs of the matrix, at least <see cref="Lanes"/>.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="weight">Weight of an output and an input.</param>
    public static float[] Lay(int outputs, int inputs, Func<int, int, float> weight)
    {
        var panels = new float[Length(outputs, inputs)];
        int next = 0;
        for (int panel = 0; panel < outputs; panel += Lanes)
        {
            int first = Math.Min(panel, outputs - Lanes);
            for (int input = 0; input < inputs; input++)
                for (int lane = 0; lane < Lanes; lane++) panels[next++] = weight(first + lane, input);
        }

        return panels;
    }
}
