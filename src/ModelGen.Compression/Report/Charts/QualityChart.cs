using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ModelGen.Compression.Pipeline;

namespace ModelGen.Compression.Report.Charts;

/// <summary>Quality against the share of weights kept, each halving the same distance.</summary>
internal sealed class QualityChart
{
    private const double Left = 58, Right = 18, Top = 34, Bottom = 50, FontSize = 13;

    // Smaller differences are left small, so that noise does not look like a cliff.
    private const double LeastSpan = 0.5;
    private readonly ReportModel _model;
    private readonly CurvePoint[] _points;
    private readonly ChartSize _size;
    private readonly ChartScale _x;
    private readonly ChartScale _y;
    private readonly int _ticks;

    private QualityChart(ReportModel model, CurvePoint[] points, ChartSize size)
    {
        _model = model;
        _points = points;
        _size = size;
        _ticks = size.Height > 320 ? 6 : 5;
        double halvings = Math.Max(1, points.Max(Halvings));
        _x = new ChartScale(0, halvings, Left, size.Width - Right);
        IEnumerable<double> qualities = points.Select(point => point.Quality).Append(model.Before.Validation).Where(double.IsFinite);
        double least = qualities.Min(), most = qualities.Max();
        if (most - least < LeastSpan) (least, most) = ((least + most - LeastSpan) / 2, (least + most + LeastSpan) / 2);
        _y = ChartScale.Round(least, most, size.Height - Bottom, Top, _ticks);
    }

    /// <summary>Whether there is anything to draw.</summary>
    public static bool HasData(ReportModel model) => Drawable(model).Length > 1;

    /// <summary>Writes the chart.</summary>
    /// <param name="writer">The document.</param>
    /// <param name="model">The report; <see cref="HasData"/>.</param>
    /// <param name="size">Size.</param>
    public static void Write(MarkupWriter writer, ReportModel model, ChartSize size)
        => new QualityChart(model, Drawable(model), size).Write(writer);

    /// <summary>A share as a fraction, for example <c>1/16</c>.</summary>
    /// <param name="share">Share, above 0.</param>
    public static string Fraction(double share) => "1/"
        + (1 / share).ToString(share > 1 / 99.5 ? "0.#" : "N0", CultureInfo.InvariantCulture);

    private static CurvePoint[] Drawable(ReportModel model)
        => model.Curve.Where(point => point.WeightsKept is > 0 and <= 1 && double.IsFinite(point.Quality)).ToArray();

    private static double Halvings(CurvePoint point) => -Math.Log2(point.WeightsKept);

    private void Write(MarkupWriter writer)
    {
        string id = "quality-" + _size.Class;
        string title = $"{Sentence(_model.QualityName)} against the share of weights kept";
        using (Drawing.Open(writer, id, _size, title, Description()))
        {
            Axes(writer);
            Knee(writer);
            Original(writer);
            Path(writer, "line-passing", _points.Where(point => !point.IsFinal));
            Path(writer, "line-final", _points.Where(point => point.IsFinal));
            foreach (CurvePoint point in _points.OrderBy(point => point.IsFinal)) Point(writer, point);
        }

        writer.Line();
    }

    private void Axes(MarkupWriter writer)
    {
        double bottom = _size.Height - Bottom;
        foreach (double tick in _y.Ticks(_ticks))
        {
            Drawing.Line(writer, "grid", Left, _y.At(tick), _size.Width - Right, _y.At(tick));
            string format = ChartScale.Step(_y.Least, _y.Most, _ticks) switch { >= 1 => "0", >= 0.1 => "0.0", _ => "0.00" };
            Drawing.Text(writer, "tick", Left - 8, _y.At(tick) + 4, "end", tick.ToString(format, CultureInfo.InvariantCulture));
        }

        Drawing.Line(writer, "axis", Left, bottom, _size.Width - Right, bottom);
        int every = Math.Max(1, (int)Math.Ceiling(_x.Most / (_size.Width > 500 ? 12 : 6)));
        for (int halving = 0; halving <= _x.Most + 1e-9; halving += every)
        {
            Drawing.Line(writer, "axis", _x.At(halving), bottom, _x.At(halving), bottom + 5);
            Drawing.Text(writer, "tick", _x.At(halving), bottom + 20, "middle", "1/" + Figures.Count(1L << Math.Min(halving, 62)));
        }

        Drawing.Text(writer, "label", (Left + _size.Width - Right) / 2, _size.Height - 8, "middle", "weights kept (each step halves)");
        Drawing.Text(writer, "label", 4, 16, "start", Drawing.Fit($"{_model.QualityName}, points", _size.Width - 8, FontSize));
    }

    private void Original(MarkupWriter writer)
    {
        if (!double.IsFinite(_model.Before.Validation)) return;
        double y = _y.At(_model.Before.Validation);
        Drawing.Line(writer, "line-original", Left, y, _size.Width - Right, y);

        // At the right, where the curve has fallen away from it; above the line unless that would meet the title of the axis.
        bool above = y - 24 > Top - 12;
        Drawing.Text(writer, "label", _size.Width - Right, above ? y - 10 : y + 20, "end",
            $"original {Figures.Points(_model.Before.Validation)}");
    }

    private void Knee(MarkupWriter writer)
    {
        if (_model.Knee is not { } index || index < 0 || index >= _model.Curve.Count || !_points.Contains(_model.Curve[index])) return;
        CurvePoint knee = _model.Curve[index];
        double x = _x.At(Halvings(knee)), bottom = _size.Height - Bottom;
        Drawing.Line(writer, "line-knee", x, Top, x, bottom);
        bool left = x > (Left + _size.Width - Right) / 2;
        Drawing.Text(writer, "label-strong", left ? x - 7 : x + 7, bottom - 9, left ? "end" : "start",
            $"knee at {Fraction(knee.WeightsKept)}");
    }

    private void Path(MarkupWriter writer, string style, IEnumerable<CurvePoint> points)
    {
        var path = new StringBuilder();
        foreach (CurvePoint point in points.OrderBy(Halvings))
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Figures.Coordinate(_x.At(Halvings(point)))).Append(' ')
                .Append(Figures.Coordinate(_y.At(point.Quality)));
        if (path.ToString().Contains('L', StringComparison.Ordinal)) writer.Empty("path", ("class", style), ("d", path.ToString()));
    }

    private void Point(MarkupWriter writer, CurvePoint point)
    {
        using (writer.Element("circle", ("class", point.IsFinal ? "point-final" : "point-passing"),
            ("cx", Figures.Coordinate(_x.At(Halvings(point)))),
            ("cy", Figures.Coordinate(_y.At(point.Quality))), ("r", point.IsFinal ? "6" : "4")))
            writer.Leaf("title", Words(point));
    }

    private static string Words(CurvePoint point)
    {
        string bits = point.Bits.ToString("0.#", CultureInfo.InvariantCulture);
        string kind = point.IsFinal ? "fine-tuned to the end" : "in passing";
        return $"{Fraction(point.WeightsKept)} of the weights, {bits} bits: {Figures.Points(point.Quality)}, {kind}";
    }

    private string Description() => $"Original: {Figures.Points(_model.Before.Validation)}. " + string.Join("; ", _points.Select(Words))
        + ".";

    private static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
