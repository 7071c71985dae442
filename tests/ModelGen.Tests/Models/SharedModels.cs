using System.Collections.Generic;
using ModelGen.Compiler;
using Xunit;

namespace ModelGen.Tests.Models;

/// <summary>The shared models that have recorded inputs and outputs.</summary>
internal static class SharedModels
{
    public static IReadOnlyList<string> Float { get; } =
    [
        "gas/gas_mlp.onnx",
        "har/har_gru32.onnx",
        "har/har_lstm64.onnx",
        "har/har_tcn.onnx",
        "har/torch_export/har_gru32.onnx",
        "har/torch_export/har_lstm64.onnx",
        "har/torch_export/har_tcn.onnx",
        "mlperf-tiny/ad01_fp32.onnx",
        "mlperf-tiny/kws_fp32.onnx",
        "mlperf-tiny/kws_fp32_bn.onnx",
        "mlperf-tiny/kws_fp32_pair.onnx",
        "mlperf-tiny/resnet8_fp32.onnx",
        "mlperf-tiny/str_ww_fp32.onnx",
        "mlperf-tiny/vww_96_fp32.onnx",
        "mnist/lenet5.onnx",
        "mnist/lenet5_sparse.onnx",
        "mnist/lenet_300_100.onnx",
        "mnist/lenet_300_100_sparse.onnx",
        "trash/trash_mobilenet96.onnx",
    ];

    public static IReadOnlyList<string> Integer { get; } =
    [
        "mlperf-tiny/kws_int8_qdq.onnx",
        "mlperf-tiny/ad01_int8_qdq.onnx",
        "mlperf-tiny/str_ww_int8_qdq.onnx",
        "mlperf-tiny/vww_96_int8_qdq.onnx",
        "mlperf-tiny/resnet8_int8_qdq.onnx",
        "mnist/lenet5_int8_qdq.onnx",
        "mnist/lenet5_sparse_int8_qdq.onnx",
        "mnist/lenet_300_100_sparse_int8_qdq.onnx",
        "trash/trash_mobilenet96_int8_qdq.onnx",
        "har/har_tcn_int8_qdq.onnx",
    ];

    public static TheoryData<string> Rows(IEnumerable<string> files)
    {
        TheoryData<string> data = [];
        foreach (string file in files) data.Add(file);
        return data;
    }

    /// <summary>Every file with both profiles.</summary>
    public static TheoryData<string, Profile> RowsWithProfiles(IEnumerable<string> files)
    {
        TheoryData<string, Profile> data = [];
        foreach (string file in files)
        {
            data.Add(file, Profile.Modern);
            data.Add(file, Profile.Portable);
        }

        return data;
    }
}
