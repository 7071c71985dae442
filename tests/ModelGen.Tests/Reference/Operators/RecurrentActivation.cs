using System;
using System.Collections.Generic;

namespace ModelGen.Tests.Reference.Operators;

/// <summary>The activation functions that recurrent operators choose by name.</summary>
internal static class RecurrentActivation
{
    /// <summary>Resolves names; functions with parameters take them from the lists in order, else their defaults.</summary>
    public static Func<double, double>[] Resolve(OperatorContext node, string[] defaults, int directions)
    {
        string[] names = node.Texts("activations") ?? [];
        Queue<double> alphas = new(node.Floats("activation_alpha") ?? []);
        Queue<double> betas = new(node.Floats("activation_beta") ?? []);
        Func<double, double>[] functions = new Func<double, double>[defaults.Length * directions];
        for (int i = 0; i < functions.Length; i++)
        {
            string name = names.Length > 0 ? names[i] : defaults[i % defaults.Length];
            functions[i] = Function(node, name.ToUpperInvariant(), alphas, betas);
        }

        return functions;
    }

    private static Func<double, double> Function(OperatorContext node, string name, Queue<double> alphas, Queue<double> betas)
    {
        switch (name)
        {
            case "RELU": return x => Math.Max(0, x);
            case "TANH": return Math.Tanh;
            case "SIGMOID": return ActivationOperators.Sigmoid;
            case "SOFTSIGN": return x => x / (1 + Math.Abs(x));
            case "SOFTPLUS": return ActivationOperators.Softplus;
        }

        double alpha = Next(alphas, name switch { "LEAKYRELU" => 0.01f, "HARDSIGMOID" => 0.2f, _ => 1 });
        if (name == "LEAKYRELU") return x => x < 0 ? alpha * x : x;
        if (name == "THRESHOLDEDRELU") return x => x >= alpha ? x : 0;
        if (name == "ELU") return x => x < 0 ? alpha * (Math.Exp(x) - 1) : x;
        double beta = Next(betas, name switch { "HARDSIGMOID" => 0.5, "SCALEDTANH" => 1, _ => 0 });
        return name switch
        {
            "HARDSIGMOID" => x => ActivationOperators.HardSigmoid(x, alpha, beta),
            "AFFINE" => x => alpha * x + beta,
            "SCALEDTANH" => x => alpha * Math.Tanh(beta * x),
            _ => throw node.NotSupported($"activation {name}"),
        };
    }

    private static double Next(Queue<double> values, double otherwise) => values.Count > 0 ? values.Dequeue() : otherwise;
}
