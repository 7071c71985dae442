using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using QuickStart;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
List<Digit> digits = Digit.ReadAll();

// Three networks, three classes that ModelGen made from three ONNX files when this project was built.
var floating = new DigitsFloat();
var quantized = new DigitsInt8();
var small = new DigitsSmall();
Measurement[] results =
[
    Measurement.Take("float32", DigitsFloat.Info, floating.Run, digits),
    Measurement.Take("int8", DigitsInt8.Info, quantized.Run, digits),
    Measurement.Take("compressed", DigitsSmall.Info, small.Run, digits),
];

PrintDigits(digits, results);
PrintTable(digits, results);
return results.All(result => result.Right >= 0.97 * digits.Count && result.BytesAllocatedPerRun == 0) ? 0 : 1;

static void PrintDigits(List<Digit> digits, Measurement[] results)
{
    const int Across = 6;
    Console.WriteLine($"Handwritten digits that the networks have never seen ({digits.Count} in all), and what the smallest one says:");
    Console.WriteLine();
    Measurement smallest = results[^1];
    for (int row = 0; row < Digit.Size; row++)
        Console.WriteLine("  " + string.Join("  ", Enumerable.Range(0, Across).Select(i => digits[i].Row(row))));
    Console.WriteLine("  " + string.Join("  ", Enumerable.Range(0, Across).Select(i =>
        $"     is a {smallest.Answers[i]}{(smallest.Answers[i] == digits[i].Label ? "" : $" (was {digits[i].Label})")}"
            .PadRight(2 * Digit.Size))));
    Console.WriteLine();
}

static void PrintTable(List<Digit> digits, Measurement[] results)
{
    string runtime = RuntimeFeature.IsDynamicCodeSupported ? "JIT" : "NativeAOT";
    Console.WriteLine($"{$"network ({runtime})",-28}{"accuracy",10}{"us a run",10}{"B allocated",13}{"MACs",10}{"file B",9}{"weights B",11}{"workspace B",13}");
    foreach (Measurement result in results)
    {
        Console.WriteLine(
            $"{result.Name,-28}{100.0 * result.Right / digits.Count,8:F2} %{result.MicrosecondsPerRun,10:F2}{result.BytesAllocatedPerRun,13:F0}"
            + $"{result.Info.MultiplyAccumulates,10:N0}{result.Info.FileBytes,9:N0}{result.Info.WeightBytes,11:N0}{result.Info.WorkspaceBytes,13:N0}");
    }
}
