namespace ModelGen.Benchmarks.Peers;

/// <summary>Places in ONNX Runtime's table of functions (onnxruntime_c_api.h, OrtApi).</summary>
internal enum OnnxRuntimeFunction
{
    /// <summary>Text of an error.</summary>
    GetErrorMessage = 2,

    /// <summary>Makes an environment.</summary>
    CreateEnv = 3,

    /// <summary>Makes a session from the bytes of a model.</summary>
    CreateSessionFromArray = 8,

    /// <summary>Runs a session.</summary>
    Run = 9,

    /// <summary>Makes options for a session.</summary>
    CreateSessionOptions = 10,

    /// <summary>One node at a time or several.</summary>
    SetSessionExecutionMode = 13,

    /// <summary>How much is optimized.</summary>
    SetSessionGraphOptimizationLevel = 23,

    /// <summary>Threads within a node.</summary>
    SetIntraOpNumThreads = 24,

    /// <summary>Threads for nodes side by side.</summary>
    SetInterOpNumThreads = 25,

    /// <summary>A tensor on memory of the caller.</summary>
    CreateTensorWithDataAsOrtValue = 49,

    /// <summary>What memory of the caller is like.</summary>
    CreateCpuMemoryInfo = 69,

    /// <summary>Frees an error.</summary>
    ReleaseStatus = 93,

    /// <summary>Frees a description of memory.</summary>
    ReleaseMemoryInfo = 94,

    /// <summary>Frees a session.</summary>
    ReleaseSession = 95,

    /// <summary>Frees a tensor.</summary>
    ReleaseValue = 96,

    /// <summary>Frees options.</summary>
    ReleaseSessionOptions = 100,
}
