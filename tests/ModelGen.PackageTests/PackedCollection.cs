using Xunit;

namespace ModelGen.PackageTests;

/// <summary>All tests share the packages and run one after the other: each is a build of its own.</summary>
[CollectionDefinition(Name)]
public sealed class PackedCollection : ICollectionFixture<PackedPackages>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "packed";
}
