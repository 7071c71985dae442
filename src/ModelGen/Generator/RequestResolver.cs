using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compiler;

namespace ModelGen.Generator;

/// <summary>Brings items, attributes and project together: which model becomes which class with which options.</summary>
internal sealed class RequestResolver
{
    private readonly ProjectFacts _project;
    private readonly TargetFacts _target;
    private readonly List<CompileRequest> _requests = [];
    private readonly List<DiagnosticInfo> _errors = [];
    private readonly Dictionary<string, string> _itemOfClass = new(StringComparer.Ordinal);

    // Roslyn compares hint names without case, C# compares class names with it.
    private readonly HashSet<string> _hintNames = new(StringComparer.OrdinalIgnoreCase);

    private RequestResolver(ProjectFacts project, TargetFacts target)
    {
        _project = project;
        _target = target;
    }

    /// <summary>Resolves a project.</summary>
    /// <param name="manifests">Its models.</param>
    /// <param name="classes">Its classes with the attribute.</param>
    /// <param name="project">What the project says.</param>
    /// <param name="target">What the compilation offers.</param>
    /// <returns>Requests and complaints.</returns>
    public static Resolution Resolve(
        IReadOnlyList<ModelManifest> manifests, IReadOnlyList<AttributedClass> classes, ProjectFacts project, TargetFacts target)
    {
        var resolver = new RequestResolver(project, target);
        ModelManifest[] sound = resolver.TakeSound(manifests);
        var claimed = new HashSet<ModelManifest>();
        foreach (AttributedClass attributed in classes) resolver.AddClass(attributed, sound, claimed);
        foreach (ModelManifest manifest in sound)
        {
            if (!claimed.Contains(manifest)) resolver.AddItem(manifest);
        }

        return new Resolution(new EquatableArray<CompileRequest>(resolver._requests), new EquatableArray<DiagnosticInfo>(resolver._errors));
    }

    private ModelManifest[] TakeSound(IReadOnlyList<ModelManifest> manifests)
    {
        foreach (ModelManifest manifest in manifests)
        {
            if (!manifest.IsDamaged) continue;
            _errors.Add(new DiagnosticInfo(
                ModelErrorIds.InternalError,
                $"\"{FileNameOf(manifest.Path)}\" is not a manifest of this version of ModelGen; rebuild the project",
                LocationInfo.OfFile(manifest.Path)));
        }

        return manifests.Where(manifest => !manifest.IsDamaged).ToArray();
    }

    private void AddClass(AttributedClass attributed, ModelManifest[] manifests, HashSet<ModelManifest> claimed)
    {
        ModelManifest? manifest = manifests.FirstOrDefault(candidate =>
            ModelPaths.IsSame(candidate, attributed.ModelPath, _project.Directory));
        if (manifest is not null) claimed.Add(manifest);
        if (attributed.Problem.Length > 0)
        {
            RefuseAttribute(attributed, $"class {attributed.Name} {attributed.Problem}");
        }
        else if (manifest is null)
        {
            ModelManifest? similar = manifests.FirstOrDefault(
                candidate => string.Equals(FileNameOf(candidate.Path), FileNameOf(attributed.ModelPath),
                    StringComparison.OrdinalIgnoreCase));
            RefuseAttribute(attributed,
                $"\"{attributed.ModelPath}\" is not a model of this project; "
                + (similar is null ? "" : $"did you mean \"{similar.Item}\"? Otherwise ")
                + $"add <ModelGenModel Include=\"{attributed.ModelPath}\" /> to the project file (paths are relative to the project, and case counts)");
        }
        else
        {
            var parser = new OptionParser(manifest);
            Add(manifest, parser, ManifestOptions.Read(parser, manifest, _target) with
            {
                Namespace = attributed.Namespace,
                ClassName = attributed.Name,
                IsPublic = attributed.IsPublic,
                IsPartialOfUserClass = true,
            });
        }
    }

    private void AddItem(ModelManifest manifest)
    {
        var parser = new OptionParser(manifest);
        Add(manifest, parser, ManifestOptions.Read(parser, manifest, _target) with
        {
            ClassName = parser.ParseClassName(FileNameOf(manifest.Path)),
            Namespace = parser.ParseNamespace(_project.RootNamespace.Length > 0 ? _project.RootNamespace : _target.AssemblyName),
            IsPublic = parser.ParseIsPublic(),
        });
    }

    private void Add(ModelManifest manifest, OptionParser parser, CompileOptions options)
    {
        string fullName = options.Namespace.Length == 0 ? options.ClassName : options.Namespace + "." + options.ClassName;
        if (_itemOfClass.TryGetValue(fullName, out string? other))
        {
            _errors.Add(new DiagnosticInfo(
                ModelErrorIds.DuplicateClass,
                $"\"{other}\" and \"{manifest.Item}\" both become class {fullName}; give one of them another ClassName or Namespace",
                LocationInfo.OfFile(manifest.ProjectFile.Length > 0 ? manifest.ProjectFile : manifest.Path)));
            return;
        }

        _itemOfClass.Add(fullName, manifest.Item);
        _requests.Add(new CompileRequest
        {
            Path = manifest.Path,
            Sha256 = manifest.Sha256,
            Item = manifest.Item,
            HintName = TakeHintName(options),
            Options = options,
            WeightsFingerprint = manifest.WeightsFingerprint,
            HasRuntime = _target.HasRuntime,
            Refusal = parser.Error is null ? null : new DiagnosticInfo(
                ModelErrorIds.InvalidOption,
                parser.Error,
                LocationInfo.OfFile(manifest.ProjectFile.Length > 0 ? manifest.ProjectFile : manifest.Path)),
        });
    }

    private string TakeHintName(CompileOptions options)
    {
        string stem = IdentifierNames.HintNameFor(options.Namespace, options.ClassName);
        string name = stem + ".g.cs";
        for (int i = 2; !_hintNames.Add(name); i++) name = $"{stem}_{i}.g.cs";
        return name;
    }

    private void RefuseAttribute(AttributedClass attributed, string message)
        => _errors.Add(new DiagnosticInfo(ModelErrorIds.InvalidAttribute, message, attributed.Location));

    private static string FileNameOf(string path) => path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
}
