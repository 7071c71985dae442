using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Benchmarks.Peers.Xnnpack;
using ModelGen.Compiler;
using ModelGen.Compression.Execution;
using ModelGen.Graph;
using ModelGen.Import.Onnx;
using ModelGen.Tool.Benchmarking;
using ModelGen.Tool.Execution;

namespace ModelGen.Benchmarks.Peers;

/// <summary>Runs a network in ModelGen, in ONNX Runtime and in engines that are asked for, on the same inputs, in turns.</summary>
/// <param name="library">ONNX Runtime.</param>
/// <param name="onnx2c">onnx2c, or <see langword="null"/>.</param>
/// <param name="xnnpack">Whether XNNPACK takes part.</param>
/// <param name="note">Says which engine refuses which network, where others run it.</param>
/// <param name="options">How models are compiled.</param>
/// <param name="rounds">Turns of each engine.</param>
/// <param name="turn">How long a turn is.</param>
internal sealed class PeerComparison(OnnxRuntimeLibrary library, Onnx2cCompiler? onnx2c, bool xnnpack, CompileOptions options, int rounds, TimeSpan turn, Action<string> note)
{
    /// <summary>Compares the engines on one network.</summary>
    /// <param name="path">The file that ModelGen compiles.</param>
    /// <param name="peerPath">The file that the others get: the same one, or the original of a compressed network.</param>
    /// <exception cref="PeerException">A peer refuses the model.</exception>
    /// <exception cref="ModelException">ModelGen refuses the model.</exception>
    public PeerRow Compare(string path, string peerPath)
    {
        CompiledModel compiled = ModelCompiler.Compile(File.ReadAllBytes(path), Path.GetFileName(path), options);
        LoadedModel loaded = ModelLoader.Load(compiled, path);
        ModelInfo info = loaded.Model.Info;
        byte[] inputs = Inputs(info);
        byte[] peerFile = File.ReadAllBytes(peerPath);
        ModelGraph peer = OnnxImporter.Import(peerFile, options);
        if (!peer.Inputs.Select(input => input.Type.Bytes).SequenceEqual(info.Inputs.ToArray().Select(Bytes)) || !peer.Outputs.Select(output => output.Value.Type.Bytes).SequenceEqual(info.Outputs.ToArray().Select(Bytes)))
            throw new PeerException($"{peerPath}: {path} has other inputs or outputs");
        (string[], string[]) names = ([.. peer.Inputs.Select(input => input.Name)], [.. peer.Outputs.Select(output => output.Name)]);
        List<IPeer> engines = [new CompiledPeer(loaded, inputs)];
        try
        {
            engines.Add(new OnnxRuntimePeer(library, peerFile, info, inputs, names));
            if (xnnpack) AddIfPossible(engines, peerPath, () => new XnnpackPeer(peerFile, info, inputs));
            if (onnx2c is not null) AddIfPossible(engines, peerPath, () => new Onnx2cPeer(onnx2c, peerPath, info, inputs));
            foreach (IPeer engine in engines) engine.Run();
            double? difference = Path.GetFullPath(path) == Path.GetFullPath(peerPath)
                ? engines.Skip(1).Max(engine => Difference(info, engines[0].Outputs, engine.Outputs)) : null;
            IReadOnlyList<PeerTime> times = Contest.Run(engines, rounds, turn);
            return new PeerRow(path, peerPath, compiled.Report.MultiplyAccumulates, compiled.Report.DenseMultiplyAccumulates,
                compiled.Report.WorkspaceBytes, compiled.Report.WeightBytes, difference, times[0], [.. times.Skip(1)]);
        }
        finally
        {
            foreach (IPeer engine in engines) engine.Dispose();
        }
    }

    private static int Bytes(TensorInfo tensor) => tensor.Length * ModelInfo.SizeOf(tensor.ElementType);

    private void AddIfPossible(List<IPeer> engines, string model, Func<IPeer> load)
    {
        try
        {
            engines.Add(load());
        }
        catch (PeerException e)
        {
            note($"{model}: {e.Message}");
        }
    }

    /// <summary>Random inputs, each at its <see cref="TensorInfo.ByteOffset"/>.</summary>
    /// <param name="info">The network.</param>
    public static byte[] Inputs(ModelInfo info)
    {
        byte[] bytes = new byte[info.InputBytes];
        IReadOnlyList<BoundInput> inputs = RandomInputs.Create(info);
        for (int i = 0; i < inputs.Count; i++) inputs[i].Sample(0).CopyTo(bytes.AsSpan(info.Inputs[i].ByteOffset));
        return bytes;
    }

    private static double Difference(ModelInfo info, ReadOnlySpan<byte> ours, ReadOnlySpan<byte> theirs)
    {
        double largest = 0, difference = 0;
        foreach (TensorInfo output in info.Outputs)
        {
            for (int i = 0; i < output.Length; i++)
            {
                double a = Element(output, ours, i), b = Element(output, theirs, i);
                largest = Math.Max(largest, Math.Abs(b));
                difference = Math.Max(difference, Math.Abs(a - b));
            }
        }

        return difference / Math.Max(largest, 1e-30);
    }

    private static double Element(TensorInfo info, ReadOnlySpan<byte> bytes, int index)
    {
        ReadOnlySpan<byte> tensor = bytes[info.ByteOffset..];
        return info.ElementType switch
        {
            TensorElementType.Float32 => MemoryMarshal.Cast<byte, float>(tensor)[index],
            TensorElementType.Int8 => (sbyte)tensor[index],
            TensorElementType.UInt8 => tensor[index],
            TensorElementType.Int64 => MemoryMarshal.Cast<byte, long>(tensor)[index],
            TensorElementType type => throw new PeerException($"outputs of type {type} are not compared"),
        };
    }
}
