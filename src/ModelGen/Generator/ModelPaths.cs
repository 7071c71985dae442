using System;
using System.Collections.Generic;

namespace ModelGen.Generator;

/// <summary>Compares the path that an attribute names with a model of the project: by text only, case counts, both slashes are
/// equal.</summary>
internal static class ModelPaths
{
    /// <summary>Whether a path names a model.</summary>
    /// <param name="manifest">The model.</param>
    /// <param name="path">Path relative to the project's folder, or absolute.</param>
    /// <param name="projectDirectory">The project's folder, or empty when unknown.</param>
    /// <returns>Whether they are the same.</returns>
    public static bool IsSame(ModelManifest manifest, string path, string projectDirectory)
    {
        string wanted = Normalize(path);
        return wanted == Normalize(manifest.Item)
            || wanted == Normalize(manifest.Path)
            || (projectDirectory.Length > 0 && Normalize(projectDirectory + "/" + path) == Normalize(manifest.Path));
    }

    private static string Normalize(string path)
    {
        var parts = new List<string>();
        string unified = path.Replace('\\', '/');
        foreach (string part in unified.Split(['/'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part == ".." && parts.Count > 0 && parts[parts.Count - 1] != "..") parts.RemoveAt(parts.Count - 1);
            else parts.Add(part);
        }

        return (unified.StartsWith("/", StringComparison.Ordinal) ? "/" : "") + string.Join("/", parts);
    }
}
