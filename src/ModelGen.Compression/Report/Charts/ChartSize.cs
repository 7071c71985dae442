namespace ModelGen.Compression.Report.Charts;

/// <summary>The size of a drawing in user units, of which a screen shows about one a pixel: text must stay readable after
/// scaling.</summary>
/// <param name="Class">Class of the drawing; the style sheet shows <c>wide</c> or <c>narrow</c> by the width of the screen.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
internal sealed record ChartSize(string Class, double Width, double Height)
{
    /// <summary>For desktops and paper.</summary>
    public static ChartSize Wide { get; } = new("wide", 860, 380);

    /// <summary>For phones.</summary>
    public static ChartSize Narrow { get; } = new("narrow", 350, 300);
}
