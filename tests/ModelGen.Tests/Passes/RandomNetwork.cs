using System;
using System.Linq;

namespace ModelGen.Tests.Passes;

/// <summary>Writes a network of random layers with random dead channels.</summary>
internal static class RandomNetwork
{
    private const int Channels = 6;
    private static readonly string[] Activations = ["Relu", "LeakyRelu", "HardSwish", "Sigmoid", "Tanh"];

    /// <summary>Writes it and gives the name of its output.</summary>
    public static string Write(PrunedNetwork net, Random random)
    {
        string x = net.Conv(net.Input(1, 3, 8, 8), (Channels, 3, 3), pad: 1, dead: Some(random), then: "Relu");
        int blocks = random.Next(2, 6), pools = 0;
        for (int i = 0; i < blocks; i++)
        {
            switch (random.Next(7))
            {
                case 0 when pools++ < 2:
                    x = random.Next(2) == 0
                        ? net.Move("MaxPool", [x], ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }),
                            ("pads", new[] { 1, 1, 1, 1 }))
                        : net.Node("AveragePool", [x], ("kernel_shape", new[] { 2, 2 }), ("pads", new[] { 0, 0, 1, 1 }),
                            ("count_include_pad", random.Next(2)));
                    break;
                case 1:
                    x = net.Node("Add", [x, Conv(net, x, random)]);
                    break;
                case 2:
                    x = net.Conv(x, (Channels, 1, 3), pad: random.Next(2) == 0 ? 1 : 2, dead: Some(random), groups: Channels, bias: -1,
                        then: "Relu");
                    break;
                case 3:
                    x = net.Conv(net.Node("Concat", [x, Conv(net, x, random)], ("axis", 1)), (Channels, 2 * Channels, 1),
                        unread: [.. Some(random), .. Some(random).Select(channel => channel + Channels)]);
                    break;
                case 4:
                    x = net.Node(random.Next(2) == 0 ? "Mul" : "Sub", [x, Conv(net, x, random)]);
                    break;
                case 5:
                    x = net.Node(random.Next(2) == 0 ? "Mul" : "Add", [x, net.Constant([Channels, 1, 1])]);
                    break;
                default:
                    x = Conv(net, x, random);
                    break;
            }
        }

        x = net.Conv(x, (Channels, Channels, 1), dead: Some(random), unread: Some(random), then: Activations[random.Next(5)]);
        return net.Gemm(net.Move("Flatten", [net.Node("GlobalAveragePool", [x])]), 4, Channels, unread: Some(random));
    }

    private static string Conv(PrunedNetwork net, string x, Random random)
    {
        int kernel = random.Next(2) == 0 ? 1 : 3;
        return net.Conv(x, (Channels, Channels, kernel), pad: kernel / 2, dead: Some(random), unread: Some(random),
            bias: random.Next(-1, 2), then: random.Next(2) == 0 ? "Relu" : Activations[random.Next(5)]);
    }

    private static int[] Some(Random random) => [.. Enumerable.Range(0, Channels).Where(_ => random.Next(3) == 0)];
}
