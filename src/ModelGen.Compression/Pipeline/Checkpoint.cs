using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Compression.Data;

namespace ModelGen.Compression.Pipeline;

/// <summary>A file that a stopped search goes on from: <c>search.state</c> in a folder of the user's.</summary>
internal sealed class Checkpoint
{
    private const string FileName = "search.state", Magic = "ModelGen search 3";
    private readonly string _folder;
    private readonly string _path;
    private readonly byte[] _fingerprint;

    /// <summary>A checkpoint of a search.</summary>
    /// <param name="folder">Folder; made when it does not exist.</param>
    /// <param name="model">The model file.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="data">Samples.</param>
    public Checkpoint(string folder, byte[] model, CompressionSettings settings, CompressionData data)
    {
        _folder = folder;
        _path = Path.Combine(folder, FileName);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(model);

        // The number of threads changes nothing but the time.
        hash.AppendData(Encoding.UTF8.GetBytes((settings with { Threads = 1 }).ToString()));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Join(';', settings.InputShapes.Select(shape =>
            $"{shape.Input}:{string.Join('x', shape.Dimensions)}"))));

        // Another build may train otherwise.
        hash.AppendData(typeof(Checkpoint).Module.ModuleVersionId.ToByteArray());
        foreach (SampleSet samples in (SampleSet[])[data.Training, data.Validation])
        {
            hash.AppendData(BitConverter.GetBytes(samples.Count));
            hash.AppendData(MemoryMarshal.AsBytes(samples.Values.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(samples.Labels.AsSpan()));
        }

        _fingerprint = hash.GetHashAndReset();
    }

    /// <summary>Writes the state, whole or not at all.</summary>
    /// <exception cref="CompressionException">It cannot be written.</exception>
    public void Save(Action<BinaryWriter> write)
    {
        string temporary = _path + ".tmp";
        try
        {
            Directory.CreateDirectory(_folder);
            var state = new MemoryStream();
            using (var content = new BinaryWriter(state, Encoding.UTF8, leaveOpen: true)) write(content);
            byte[] bytes = state.ToArray();
            using (var writer = new BinaryWriter(new FileStream(temporary, FileMode.Create, FileAccess.Write)))
            {
                writer.Write(Magic);
                writer.Write(_fingerprint);
                writer.Write(SHA256.HashData(bytes));
                writer.Write(bytes);
            }

            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CompressionException($"{_path}: cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Reads the state if there is one.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CompressionException">It is damaged or that of another search.</exception>
    public bool Load(Action<BinaryReader> read)
    {
        if (!File.Exists(_path)) return false;
        try
        {
            using var reader = new BinaryReader(new FileStream(_path, FileMode.Open, FileAccess.Read));
            if (reader.ReadString() != Magic) throw new InvalidDataException();
            if (!reader.ReadBytes(_fingerprint.Length).SequenceEqual(_fingerprint))
            {
                throw new CompressionException(
                    $"{_path}: is the state of a run with another model, other samples or other options; remove it or give another folder");
            }

            // What is whole was written by this code for this search, so reading it cannot fail.
            byte[] hash = reader.ReadBytes(SHA256.HashSizeInBytes),
                bytes = reader.ReadBytes((int)(reader.BaseStream.Length - reader.BaseStream.Position));
            if (!SHA256.HashData(bytes).SequenceEqual(hash)) throw new InvalidDataException();
            using var content = new BinaryReader(new MemoryStream(bytes));
            read(content);
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw new CompressionException($"{_path}: cannot be read; remove it to start anew", e);
        }
    }

    /// <summary>Removes the state when it is not needed any more.</summary>
    public void Remove()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was asked for is done; a file too many is no reason to fail.
        }
    }

    /// <summary>Finds out before the work whether states can be written.</summary>
    /// <exception cref="CompressionException">They cannot.</exception>
    public void Probe()
    {
        string probe = _path + ".tmp";
        try
        {
            Directory.CreateDirectory(_folder);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CompressionException($"{_path}: cannot be written: {e.Message}", e);
        }
    }
}
