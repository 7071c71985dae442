namespace ModelGen.Compiler;

/// <summary>Everything besides the model file that decides what is emitted.</summary>
public sealed record CompileOptions
{
    /// <summary>Namespace of the class; empty for the global namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name of the class.</summary>
    public string ClassName { get; init; } = "Model";

    /// <summary>Whether the class is public; otherwise internal.</summary>
    public bool IsPublic { get; init; }

    /// <summary>Whether the user declared the class (partial, with an attribute), so that accessibility and modifiers are theirs.</summary>
    public bool IsPartialOfUserClass { get; init; }

    /// <summary>Which C# the emitted code may use.</summary>
    public Profile Profile { get; init; } = Profile.Modern;

    /// <summary>What the planner weighs.</summary>
    public Optimization Optimize { get; init; } = Optimization.Balanced;

    /// <summary>How sums of floats may be arranged.</summary>
    public Accuracy Accuracy { get; init; } = Accuracy.Usual;

    /// <summary>Class names of the first output; empty to take the model's own <c>labels</c> metadata, if any.</summary>
    public EquatableArray<string> Labels { get; init; }

    /// <summary>Dimensions of inputs that the model leaves open.</summary>
    public EquatableArray<InputShape> InputShapes { get; init; }

    /// <summary>Names of tensors inside the model that become further outputs (to see where two implementations part).</summary>
    public EquatableArray<string> ExtraOutputs { get; init; }

    /// <summary>Name of the resource that takes the weights where they are too many for C# source (<see cref="CompiledModel.Resource"/>);
    /// empty to write them as source whatever their number.</summary>
    public string WeightsResource { get; init; } = "";

    /// <summary>Names of passes that are left out, so that tests can compare a model with and without each.</summary>
    internal EquatableArray<string> SkippedPasses { get; init; }

    /// <summary>Largest model file in bytes that is read.</summary>
    public long MaximumModelBytes { get; init; } = 256L << 20;
}
