using System.Runtime.InteropServices;

namespace ModelGen.Benchmarks.Peers.Xnnpack;

/// <summary>Where an input or output is (xnnpack.h, xnn_external_value).</summary>
/// <param name="Id">Its number.</param>
/// <param name="Data">Its memory.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct XnnpackExternalValue(uint Id, nint Data);
