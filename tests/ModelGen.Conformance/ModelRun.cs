using System;
using System.Collections.Generic;
using ModelGen.Tool.Tensors;

namespace ModelGen.Conformance;

/// <summary>
/// Runs an emitted class and checks what values alone do not show: that it writes nowhere but where it may, relies on no memory
/// being zero, answers the same twice, and allocates nothing.
/// </summary>
internal static class ModelRun
{
    // Bytes around every buffer that must stay as they are; wider than any vector.
    private const int Guard = 128;
    private const byte GuardValue = 0xA5;

    /// <summary>Runs a case.</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public static string? Check(Type type, BackendCase test)
    {
        ModelInfo info = ((IModel)Activator.CreateInstance(type)!).Info;
        var workspace = new GuardedMemory(info.WorkspaceBytes, 0xFF);
        var inputs = new GuardedMemory(info.InputBytes, 0);
        var outputs = new GuardedMemory(info.OutputBytes, 0xFF);
        foreach (TensorInfo input in info.Inputs)
        {
            if (!test.Inputs.TryGetValue(input.Name, out NumericTensor? value)) return $"the case has no input \"{input.Name}\"";
            if (value.ElementType != input.ElementType || !value.Dimensions.SequenceEqual(input.Shape))
                return $"input \"{input.Name}\" should be {value}";
            value.Data.CopyTo(inputs.Span[input.ByteOffset..]);
        }

        byte[] given = inputs.Span.ToArray();
        var model = (IModel)Activator.CreateInstance(type, workspace.Memory)!;
        model.Run(inputs.Span, outputs.Span);
        byte[] first = outputs.Span.ToArray();
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < 3 && allocated > 0; attempt++)
        {
            // Once in a while the runtime itself allocates on the thread, while it replaces code by a better version.
            long before = GC.GetAllocatedBytesForCurrentThread();
            model.Run(inputs.Span, outputs.Span);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        if (Compare(info, outputs.Span, test.Outputs) is { } difference) return difference;
        if (!outputs.Span.SequenceEqual(first)) return "a second run answers differently";
        if (!inputs.Span.SequenceEqual(given)) return "the run changed its inputs";
        if (!workspace.IsIntact || !inputs.IsIntact || !outputs.IsIntact) return "the run wrote outside its memory";
        return allocated == 0 ? null : $"a run allocated {allocated} bytes";
    }

    private static string? Compare(ModelInfo info, ReadOnlySpan<byte> buffer, IReadOnlyDictionary<string, ExpectedTensor> expected)
    {
        if (info.Outputs.Length != expected.Count) return $"there are {info.Outputs.Length} outputs instead of {expected.Count}";
        foreach (TensorInfo output in info.Outputs)
        {
            if (!expected.TryGetValue(output.Name, out ExpectedTensor? right)) return $"output \"{output.Name}\" is not one of the case";
            int[] shape = output.Shape.ToArray();
            byte[] data = buffer.Slice(output.ByteOffset, output.Length * ModelInfo.SizeOf(output.ElementType)).ToArray();
            var actual = new NumericTensor(output.ElementType, shape, data);
            if (right.Difference(actual) is { } difference) return $"output \"{output.Name}\": {difference}";
        }

        return null;
    }

    /// <summary>Memory with a margin that shows stray writes.</summary>
    private sealed class GuardedMemory
    {
        private readonly byte[] _bytes;
        private readonly int _start;
        private readonly int _length;

        public GuardedMemory(int length, byte content)
        {
            // Pinned and at a multiple of 64, as callers of the fast path would have it.
            _bytes = GC.AllocateArray<byte>(length + 2 * Guard + 64, pinned: true);
            _bytes.AsSpan().Fill(GuardValue);
            long address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, Guard).ToInt64();
            _start = Guard + (int)(-address & 63);
            _length = length;
            Span.Fill(content);
        }

        public Memory<byte> Memory => _bytes.AsMemory(_start, _length);

        public Span<byte> Span => Memory.Span;

        public bool IsIntact => !_bytes.AsSpan(0, _start).ContainsAnyExcept(GuardValue)
            && !_bytes.AsSpan(_start + _length).ContainsAnyExcept(GuardValue);
    }
}
