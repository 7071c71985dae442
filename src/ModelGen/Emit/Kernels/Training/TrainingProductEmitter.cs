using ModelGen.Graph;
using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>Products of two computed matrices, both profiles.</summary>
internal static class TrainingProductEmitter
{
    /// <summary>Both profiles: transposes a matrix.</summary>
    public static readonly Helper Turn = new("TurnMatrix", """
        // turned[column][row] = matrix[row][column].
        private static void TurnMatrix(ReadOnlySpan<float> matrix, Span<float> turned, int rows, int columns)
        {
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> from = matrix.Slice(row * columns, columns);
                for (int column = 0, to = row; column < from.Length; column++, to += rows) turned[to] = from[column];
            }
        }
        """);

    public static void Emit(GeneralMatrixMultiplyKernel kernel, LayerScope scope)
    {
        string right = kernel.RightTable is null ? scope.InputName(1)! : scope.Table(kernel.RightTable);
        if (kernel.RightRows is not null)
        {
            scope.Writer.Line($"{scope.Use(DotTiles.For(scope.IsModern))}(");
            using (scope.Writer.Indent())
            {
                scope.Writer.Line($"{scope.InputName(0)}, leftRow: {kernel.Inner}, leftSegment: 0, {right}, {scope.Table(kernel.RightRows)}, rightSegment: 0,");
                scope.Writer.Line($"{scope.Result()}, stride: {kernel.Columns}, rows: {kernel.Rows}, columns: {kernel.Columns}, segments: 1, length: {kernel.Inner});");
            }

            return;
        }

        if (kernel.TurnsRight)
        {
            scope.Writer.Line($"Span<float> turned = {scope.Scratch(ElementType.Float32, 0, kernel.Inner * kernel.Columns)};");
            scope.Writer.Line($"{scope.Use(Turn)}({right}, turned, rows: {kernel.Columns}, columns: {kernel.Inner});");
            right = "turned";
        }

        (int row, int tap) = kernel.TransposeLeft ? (1, kernel.Rows) : (kernel.Inner, 1);
        scope.Writer.Line($"{scope.Use(MatrixTiles.For(scope.IsModern))}(");
        using (scope.Writer.Indent())
        {
            scope.Writer.Line($"{scope.InputName(0)}, leftRow: {row}, leftTap: {tap}, {right}, rightStride: {kernel.Columns}, start: default, startStride: 0,");
            scope.Writer.Line($"{scope.Result()}, stride: {kernel.Columns}, rows: {kernel.Rows}, taps: {kernel.Inner}, columns: {kernel.Columns});");
        }
    }
}
