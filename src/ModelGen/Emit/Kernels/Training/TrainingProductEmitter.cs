using ModelGen.Planning.Kernels.Training;

namespace ModelGen.Emit.Kernels.Training;

/// <summary>Products of two computed matrices, both profiles.</summary>
internal static class TrainingProductEmitter
{
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

        (int row, int tap) = kernel.TransposeLeft ? (1, kernel.Rows) : (kernel.Inner, 1);
        scope.Writer.Line($"{scope.Use(MatrixTiles.For(scope.IsModern))}(");
        using (scope.Writer.Indent())
        {
            scope.Writer.Line($"{scope.InputName(0)}, leftRow: {row}, leftTap: {tap}, {right}, rightStride: {kernel.Columns}, start: default, startStride: 0,");
            scope.Writer.Line($"{scope.Result()}, stride: {kernel.Columns}, rows: {kernel.Rows}, taps: {kernel.Inner}, columns: {kernel.Columns});");
        }
    }
}
