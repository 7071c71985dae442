using System;
using System.IO;
using Xunit;
using Xunit.Sdk;

namespace ModelGen.Tests.Support.Tests;

public sealed class VerifyTextTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelgen-verify-");

    private string Source => Path.Combine(_folder.FullName, "SomeTests.cs");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void EqualTextPassesWhateverTheLineEnds()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "SomeTests.Method#a.verified.cs"), "one\r\ntwo\r\n");
        VerifyText.Verify("one\ntwo\n", "a", method: "Method", file: Source);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void DifferentTextFailsWithTheFirstDifferenceAndWritesWhatWasReceived()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "SomeTests.Method.verified.cs"), "one\ntwo\nthree\n");
        XunitException error = Assert.Throws<XunitException>(() => VerifyText.Verify("one\nTWO\nthree\n", method: "Method", file: Source));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("  - two", error.Message, StringComparison.Ordinal);
        Assert.Contains("  + TWO", error.Message, StringComparison.Ordinal);
        Assert.Equal("one\nTWO\nthree\n", File.ReadAllText(Path.Combine(_folder.FullName, "SomeTests.Method.received.cs")));
    }

    [Fact]
    public void AMissingSnapshotFails()
        => Assert.Throws<XunitException>(() => VerifyText.Verify("text", method: "Method", file: Source));
}
