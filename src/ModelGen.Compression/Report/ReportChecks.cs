using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compression.Report;

/// <summary>What must hold of a report before it is written.</summary>
internal static class ReportChecks
{
    /// <summary>Checks that matrices are square and of one size.</summary>
    /// <exception cref="ArgumentException">They are not; the message says which.</exception>
    public static void Check(ReportModel model)
    {
        int classes = model.ConfusionBefore.Count;
        CheckSquare(model.ConfusionBefore, classes, "original");
        CheckSquare(model.ConfusionAfter, classes, "result");
        if (model.Classes.Count > 0 && model.Classes.Count != classes && classes > 0)
            throw new ArgumentException($"There are {model.Classes.Count} names for {classes} classes.", nameof(model));
    }

    private static void CheckSquare(IReadOnlyList<IReadOnlyList<int>> matrix, int classes, string what)
    {
        if (matrix.Count != classes || matrix.Any(row => row.Count != classes))
            throw new ArgumentException($"The confusion matrix of the {what} is not {classes} x {classes}.", nameof(matrix));
    }
}
