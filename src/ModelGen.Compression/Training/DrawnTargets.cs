using System;
using System.Linq;
using ModelGen.Passes.Training;

namespace ModelGen.Compression.Training;

/// <summary>
/// Targets drawn from what a network answers itself. Towards its own answers the gradient of the loss is zero and says nothing of what a
/// weight is worth; towards answers drawn from its own distribution the mean squared gradient is the Fisher information, the curvature of
/// the loss where the network stands now. Towards labels it would be the "empirical" Fisher, which is something else (Kunstner, Balles,
/// Hennig, "Limitations of the empirical Fisher approximation for natural gradient descent", 2019), and there may be none.
/// </summary>
internal static class DrawnTargets
{
    // Says a class for sure: what is 1,000 smaller before a softmax is zero behind it.
    private const float Certain = 1000;

    /// <summary>Draws a target for each sample.</summary>
    /// <param name="outputs">Outputs of the network before a final softmax, [samples, outputs].</param>
    /// <param name="size">Outputs a sample.</param>
    /// <param name="loss">What the network is trained for.</param>
    /// <param name="temperature">
    /// Softness that the training step has (classes): the loss of softened answers is what is trained, and a network that is sure of its
    /// answers would need very many draws to tell anything.
    /// </param>
    /// <param name="random">Decides; the same numbers give the same targets.</param>
    public static Targets Draw(float[] outputs, int size, TrainingLoss loss, float temperature, Random random)
    {
        var drawn = new float[outputs.Length];
        var targets = new Targets(null, 0, drawn, size, temperature);
        if (loss == TrainingLoss.MeanSquared) Displace(outputs, drawn, random);
        else DrawClasses(targets with { Teacher = outputs }, drawn, random);
        return targets;
    }

    private static void DrawClasses(Targets answers, float[] drawn, Random random)
    {
        var probabilities = new float[answers.Outputs];
        for (int sample = 0; sample * answers.Outputs < drawn.Length; sample++)
        {
            answers.WriteSoft(sample, probabilities);
            double draw = random.NextDouble();
            int label = 0;
            while (label < probabilities.Length - 1 && (draw -= probabilities[label]) >= 0) label++;
            drawn[sample * answers.Outputs + label] = Certain * answers.Temperature;
        }
    }

    // Squared errors are the loss of a normal distribution around the outputs. Of all distributions with its variance, plus or minus the
    // deviation gives the squares of gradients with the least noise (Hutchinson, 1990). How large it is does not matter, but it should not
    // get lost beside the outputs.
    private static void Displace(float[] outputs, float[] drawn, Random random)
    {
        double mean = outputs.Select(value => (double)value * value).Average();
        float deviation = mean > 0 ? (float)Math.Sqrt(mean) : 1;
        for (int i = 0; i < drawn.Length; i++) drawn[i] = outputs[i] + (random.Next(2) == 0 ? deviation : -deviation);
    }
}
