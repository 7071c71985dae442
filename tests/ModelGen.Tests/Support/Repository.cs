using System.IO;
using System.Runtime.CompilerServices;

namespace ModelGen.Tests.Support;

/// <summary>Finds files of the repository from where the tests were compiled.</summary>
internal static class Repository
{
    /// <summary>The folder of ModelGen.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string path = "")
    {
        string folder = Path.GetDirectoryName(path)!;
        while (!File.Exists(Path.Combine(folder, "ModelGen.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("ModelGen.sln");
        return folder;
    }
}
