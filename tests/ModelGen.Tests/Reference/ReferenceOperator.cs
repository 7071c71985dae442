namespace ModelGen.Tests.Reference;

/// <summary>Computes the outputs of one node; absent optional outputs may be left out at the end.</summary>
internal delegate ReferenceTensor[] ReferenceOperator(OperatorContext node);
