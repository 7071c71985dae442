namespace ModelGen.Graph.Operators;

/// <summary>Cells of recurrent layers.</summary>
public enum RecurrentCell
{
    /// <summary>h = f(W x + R h + b).</summary>
    Simple,

    /// <summary>Gated recurrent unit; gates in ONNX order z, r, h.</summary>
    Gru,

    /// <summary>Long short-term memory; gates in ONNX order i, o, f, c.</summary>
    Lstm,
}
