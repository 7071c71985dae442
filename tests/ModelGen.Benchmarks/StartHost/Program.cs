using System;
using System.IO;
using ModelGen;
using ModelGen.Benchmarks.Peers;
using StartHost;

// Without arguments the network that was compiled in, else: path of libonnxruntime, path of the model.
byte[] inputs = new byte[Network.Info.InputBytes];
if (args.Length == 0)
{
    IModel network = new Network();
    network.Run(inputs, new byte[Network.Info.OutputBytes]);
}
else
{
    using var peer = new OnnxRuntimePeer(new OnnxRuntimeLibrary(args[0]), File.ReadAllBytes(args[1]), Network.Info, inputs);
    peer.Run();
}

// The most memory the process had, in kilobytes.
foreach (string line in File.ReadLines("/proc/self/status"))
    if (line.StartsWith("VmHWM:", StringComparison.Ordinal)) Console.WriteLine(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
