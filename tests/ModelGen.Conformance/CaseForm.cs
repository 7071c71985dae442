namespace ModelGen.Conformance;

/// <summary>
/// Which inputs of a case stay inputs. The suite feeds everything at run time, weights, shapes and scales too; real models hold those as
/// constants.
/// </summary>
internal enum CaseForm
{
    /// <summary>All.</summary>
    AsGiven,

    /// <summary>The first; the others become constants of the model.</summary>
    FirstInput,

    /// <summary>None: all become constants.</summary>
    NoInput,
}
