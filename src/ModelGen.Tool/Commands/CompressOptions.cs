using System;
using System.CommandLine;
using System.Globalization;
using ModelGen.Compression.Calibration;
using ModelGen.Compression.Data;
using ModelGen.Compression.Pipeline;
using ModelGen.Compression.Pruning;
using ModelGen.Compression.Training;
using ModelGen.Graph;
using ModelGen.Tool.Samples;

namespace ModelGen.Tool.Commands;

/// <summary>The options of <c>modelgen compress</c>.</summary>
internal sealed class CompressOptions
{
    private const int MostThreads = 256;
    private const double DefaultDrop = 0.5, DefaultLabelWeight = 0.5;

    // Usual for activations (Wu et al., "Integer Quantization for Deep Learning Inference", 2020).
    private const double Percentile = 0.9999;
    private readonly Argument<string> _model = new("MODEL") { Description = "The model file (.onnx), float32 or quantized." };
    private readonly Option<string?> _calibration = File(
        "--calibration", "Samples that ranges are measured on and the network is fine-tuned with (.npy, .npy.gz, .npz, .csv).");
    private readonly Option<string?> _labels = File(
        "--labels", "Class of each calibration sample; without it the original network's answers are what counts.");
    private readonly Option<string?> _validation = File(
        "--validation", "Samples that choices are made on; a part of the calibration samples when not given.");
    private readonly Option<string?> _validationLabels = File("--validation-labels", "Class of each validation sample.");
    private readonly Option<string?> _test = File("--test", "Samples that are read once, at the end, for the report.");
    private readonly Option<string?> _testLabels = File("--test-labels", "Class of each test sample.");
    private readonly Option<double> _inputScale = NumberOption.Create(
        "--input-scale", "Factor of all values of the sample files, for example 0.00392156863 for bytes.", 1);
    private readonly Option<string> _inputLayout = Choice(
        "--input-layout", "as-is", "Order of axes in the sample files; nhwc: channels last, where the model has them first.",
        "as-is", "nhwc");
    private readonly Option<string[]> _inputShape = InputShapeOption.Create();
    private readonly Option<double> _sparsity = NumberOption.Create(
        "--sparsity", "Share of weights that become zero, for example 0.9.", double.NaN);
    private readonly Option<double> _speedup = NumberOption.Create(
        "--speedup", "How many times fewer multiply-accumulates are wanted.", double.NaN);
    private readonly Option<string?> _weightBytes = new("--weight-bytes")
    {
        Description = "Bytes of weights and tables in the emitted code that are wanted, for example 20KB.",
        HelpName = "BYTES",
    };
    private readonly Option<double> _maximumDrop = NumberOption.Create(
        "--max-accuracy-drop", "Largest loss of accuracy on the validation samples in points.", double.NaN);
    private readonly Option<string> _pattern = Choice(
        "--pattern", "unstructured", "Which weights are removed together.", "unstructured", "pairs", "blocks", "channels", "auto");
    private readonly Option<string> _criterion = Choice(
        "--criterion", "second-order", "What decides which weights go: the estimated loss, or their size.", "second-order", "magnitude");
    private readonly Option<string> _bits = Choice(
        "--bits", "auto", "Bits a weight; auto gives fewer to neurons that matter less.", "8", "4", "auto");
    private readonly Option<double> _meanBits = NumberOption.Create(
        "--mean-bits", "Mean bits a weight that --bits auto gives, 2 to 8; when not given 4, or more under --max-accuracy-drop.",
        double.NaN);
    private readonly Option<string> _fineTune = new("--fine-tune")
    {
        Description = "Epochs of fine-tuning, off, or auto.",
        HelpName = "off|EPOCHS|auto",
        DefaultValueFactory = _ => "auto",
    };
    private readonly Option<double> _labelWeight = NumberOption.Create(
        "--label-weight", "Weight of the labels beside the original network's answers, 0 to 1; 0.5 when not given.", double.NaN);
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Seed; the same seed gives the same file.",
        DefaultValueFactory = _ => 1,
    };
    private readonly Option<string?> _augment = new("--augment")
    {
        Description = "Variations of the samples that leave their meaning: mirror, turn=DEGREES (images), shift=STEPS, zoom=SHARE, "
            + "gain=SHARE, noise=SHARE.",
        HelpName = "mirror,shift=4,..",
    };
    private readonly Option<string> _ranges = Choice(
        "--ranges", "mse", "How the ranges of activations are chosen.", "mse", "minmax", "percentile");
    private readonly Option<string> _sparseFormat = Choice(
        "--sparse-format", "dense", "How mostly zero weights are written: as dense tensors, or onnx: as sparse_initializer.",
        "dense", "onnx");
    private readonly Option<string> _weightFormat = Choice(
        "--weight-format", "int8", "How weights of at most 4 bits are written: as INT8, or int4: as INT4, which takes operator set 21.",
        "int8", "int4");
    private readonly Option<int> _threads = new("--threads")
    {
        Description = "Threads; all cores when not given. They do not change the result.",
        DefaultValueFactory = _ => Math.Min(Environment.ProcessorCount, MostThreads),
    };
    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "Folder for the state of a long run: a stopped run goes on from it.",
        HelpName = "DIR",
    };
    private readonly Option<string?> _output = File("--output", "Where the compressed model goes (.onnx).");
    private readonly Option<string?> _json = File("--json", "Where the report goes as JSON.");
    private readonly Option<string?> _report = File("--report", "Where the report for people goes (.html).");

    /// <summary>Gives them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_model);
        _output.Aliases.Add("-o");
        foreach (Option option in (Option[])
        [
            _calibration, _labels, _validation, _validationLabels, _test, _testLabels, _inputScale, _inputLayout, _inputShape, _sparsity,
            _speedup, _weightBytes, _maximumDrop, _pattern, _criterion, _bits, _meanBits, _fineTune, _labelWeight,
            _augment, _ranges, _sparseFormat, _weightFormat, _seed, _threads, _resume, _output, _json, _report,
        ])
            command.Options.Add(option);
    }

    /// <summary>The model file.</summary>
    public string Model(ParseResult result) => result.GetRequiredValue(_model);

    /// <summary>Where the compressed model goes.</summary>
    /// <exception cref="ToolException">It is not given.</exception>
    public string Output(ParseResult result) => result.GetValue(_output)
        ?? throw new ToolException("compress: give -o FILE.onnx for the compressed model");

    /// <summary>Where the report goes as JSON, if anywhere.</summary>
    public string? Json(ParseResult result) => result.GetValue(_json);

    /// <summary>Where the report for people goes, if anywhere.</summary>
    public string? Report(ParseResult result) => result.GetValue(_report);

    /// <summary>Folder for the state of the run, if any.</summary>
    public string? Resume(ParseResult result) => result.GetValue(_resume);

    /// <summary>What is asked for.</summary>
    /// <exception cref="ToolException">An option has no such value.</exception>
    public CompressionSettings Settings(ParseResult result)
    {
        double? sparsity = Given(result, _sparsity), speedup = Given(result, _speedup);
        if (sparsity is < 0 or >= 1) throw new ToolException("--sparsity: give a share from 0 to below 1");
        if (speedup is < 1 or > 1e6) throw new ToolException("--speedup: give a factor of 1 or more");
        double? drop = Given(result, _maximumDrop);
        if (drop is < 0) throw new ToolException("--max-accuracy-drop: give points of 0 or more");
        long? bytes = result.GetValue(_weightBytes) is { } text ? Bytes(text) : null;
        string fineTune = result.GetRequiredValue(_fineTune);
        int epochs = 0;
        if (fineTune is not ("off" or "auto") && (!int.TryParse(fineTune, NumberStyles.None, CultureInfo.InvariantCulture, out epochs)
            || epochs == 0))
            throw new ToolException($"--fine-tune {fineTune}: give off, auto or a number of epochs");
        if (fineTune == "off" && (bytes ?? drop) is not null)
            throw new ToolException(
                "--fine-tune off: there is no search without training; give --sparsity or --speedup instead of --weight-bytes or "
                + "--max-accuracy-drop");
        if (fineTune == "off" && Resume(result) is not null)
            throw new ToolException("--resume: keeps the state of a training, and --fine-tune off does not train");
        if (fineTune == "off" && result.GetValue(_augment) is not null)
            throw new ToolException("--augment: varies samples while training, and --fine-tune off does not train");
        double? labelWeight = Given(result, _labelWeight);
        if (labelWeight is < 0 or > 1) throw new ToolException("--label-weight: give a share from 0 to 1");
        if (labelWeight is not null && result.GetValue(_labels) is null)
            throw new ToolException("--label-weight: there are no labels to weigh; give --labels too");
        double? meanBits = Given(result, _meanBits);
        if (meanBits is < 2 or > 8) throw new ToolException("--mean-bits: give a number from 2 to 8");
        if (meanBits is not null && result.GetRequiredValue(_bits) is not "auto")
            throw new ToolException("--mean-bits: says what --bits auto aims at; give one of them");
        int threads = result.GetValue(_threads);
        if (threads is < 1 or > MostThreads) throw new ToolException($"--threads {threads}: give a number from 1 to {MostThreads}");
        return new CompressionSettings
        {
            InputShapes = InputShapeOption.Read(result, _inputShape),
            Sparsity = sparsity,
            Speedup = speedup,
            WeightBytes = bytes,
            MaximumDrop = drop ?? (fineTune != "off" && sparsity is null && speedup is null && bytes is null ? DefaultDrop : null),
            Pattern = result.GetRequiredValue(_pattern) switch
            {
                "pairs" => PrunePattern.Pairs,
                "blocks" => PrunePattern.Blocks,
                "channels" => PrunePattern.Channels,
                "auto" => null,
                _ => PrunePattern.Unstructured,
            },
            Criterion = result.GetRequiredValue(_criterion) == "magnitude" ? PruneCriterion.Magnitude : PruneCriterion.SecondOrder,
            Bits = result.GetRequiredValue(_bits) switch { "8" => 8, "4" => 4, _ => null },
            MeanBits = meanBits,
            Augmentation = result.GetValue(_augment) is { } augment ? Augmentation(augment) : null,
            Ranges = result.GetRequiredValue(_ranges) switch
            {
                "minmax" => RangeSelection.MinMax,
                "percentile" => RangeSelection.Percentile(Percentile),
                _ => RangeSelection.MeanSquaredError,
            },
            LowBitTypes = result.GetRequiredValue(_weightFormat) == "int4",
            SparseInitializers = result.GetRequiredValue(_sparseFormat) == "onnx",
            Epochs = fineTune switch { "off" => 0, "auto" => null, _ => epochs },
            LabelWeight = (float)(labelWeight ?? DefaultLabelWeight),
            Seed = result.GetValue(_seed),
            Threads = threads,
        };
    }

    private static Augmentation Augmentation(string text)
    {
        var augmentation = new Augmentation();
        foreach (string part in text.Split(','))
        {
            string[] words = part.Split('=');
            double value = 0;
            bool isNumber = words.Length == 2 && double.TryParse(words[1], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
            augmentation = (words[0], isNumber) switch
            {
                ("mirror", false) when words.Length == 1 => augmentation with { Mirrors = true },
                ("shift", true) when value is >= 1 and <= 1000 && value == Math.Floor(value) => augmentation with { Shift = (int)value },
                ("gain", true) when value is > 0 and < 1 => augmentation with { Gain = (float)value },
                ("noise", true) when value is > 0 and <= 1 => augmentation with { Noise = (float)value },
                ("zoom", true) when value is > 0 and < 1 => augmentation with { Zoom = (float)value },
                ("turn", true) when value is > 0 and <= 180 => augmentation with { Turn = (float)value },
                _ => throw new ToolException(
                    $"--augment {part}: give mirror, shift=STEPS, zoom=SHARE, turn=DEGREES, gain=SHARE or noise=SHARE, with commas "
                    + "between"),
            };
        }

        return augmentation;
    }

    private static long Bytes(string text)
    {
        string number = text.TrimEnd().ToUpperInvariant();
        long unit = number.EndsWith("KB", StringComparison.Ordinal) ? 1000
            : number.EndsWith("MB", StringComparison.Ordinal) ? 1_000_000 : 1;
        if (unit > 1) number = number[..^2];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            || !(value * unit is >= 1 and <= 1e12))
            throw new ToolException($"--weight-bytes {text}: give a number of bytes such as 20000 or 20KB");
        return (long)(value * unit);
    }

    /// <summary>Reads the samples.</summary>
    /// <exception cref="ToolException">A file is missing, unreadable or does not fit.</exception>
    public CompressionData Data(ParseResult result, ModelGraph network, int seed)
    {
        string calibration = result.GetValue(_calibration)
            ?? throw new ToolException("compress: give --calibration FILE with samples of the model's input");
        if (!double.IsNormal(result.GetValue(_inputScale))) throw new ToolException("--input-scale: give a number other than 0");
        var layout = new SampleLayout((float)result.GetValue(_inputScale), result.GetValue(_inputLayout) == "nhwc");
        SampleSet Read(string path, Option<string?> labels, string what)
        {
            SampleSet samples = SampleFiles.Read(path, result.GetValue(labels), network.Inputs[0], layout);
            NetworkChecks.CheckSamples(network, what, samples);
            return samples;
        }

        if (result.GetValue(_validationLabels) is not null && result.GetValue(_validation) is null)
            throw new ToolException("--validation-labels: there are no samples that they belong to; give --validation too");
        if (result.GetValue(_testLabels) is not null && result.GetValue(_test) is null)
            throw new ToolException("--test-labels: there are no samples that they belong to; give --test too");
        SampleSet training = Read(calibration, _labels, "calibration");
        SampleSet? test = result.GetValue(_test) is { } testPath ? Read(testPath, _testLabels, "test") : null;
        if (result.GetValue(_validation) is { } path)
            return new CompressionData(training, Read(path, _validationLabels, "validation"), test);
        (SampleSet left, SampleSet held) = DataSplit.HoldOut(training, seed);
        return new CompressionData(left, held, test);
    }

    private static double? Given(ParseResult result, Option<double> option)
    {
        double value = result.GetValue(option);
        if (!double.IsNaN(value)) return value;
        return result.GetResult(option) is { Implicit: false } ? throw new ToolException($"{option.Name}: NaN is no number") : null;
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static Option<string> Choice(string name, string fallback, string description, params string[] values)
    {
        Option<string> option = new(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
