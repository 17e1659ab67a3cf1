/// The verifiers that recipes, tasks and commands can name.
public enum Verifiers {
  private static let all: [any Verifier.Type] = [
    BoxedOnceVerifier.self,
    ContainsVerifier.self,
    CountdownVerifier.self,
    ExactVerifier.self,
    F1Verifier.self,
    GSM8KFlexibleVerifier.self,
    GSM8KVerifier.self,
    H1ReleasedRewardVerifier.self,
    IFEvalVerifier.self,
    JSONVerifier.self,
    MathDAPOVerifier.self,
    MathStrictVerifier.self,
    MathVerifier.self,
    MultipleChoiceVerifier.self,
    NormalizedStringVerifier.self,
    NumberVerifier.self,
    NumericVerifier.self,
    OrderingVerifier.self,
    ReasoningStepsVerifier.self,
    RegexVerifier.self,
    RepetitionVerifier.self,
    TagCountVerifier.self,
    TextVerifier.self,
    ThinkAnswerVerifier.self,
    ThinkFormatVerifier.self,

    // Puzzles and procedural tasks
    BaseConversionVerifier.self,
    FractionVerifier.self,
    FutoshikiVerifier.self,
    GCDVerifier.self,
    GameOfLifeVerifier.self,
    GraphColoringVerifier.self,
    IntegerListVerifier.self,
    KnightsAndKnavesVerifier.self,
    KnapsackVerifier.self,
    LCMVerifier.self,
    LogicalEquivalenceVerifier.self,
    MazeVerifier.self,
    NQueensVerifier.self,
    PolynomialRootsVerifier.self,
    PrimeFactorizationVerifier.self,
    SatisfiabilityVerifier.self,
    ShortestPathVerifier.self,
    SortingVerifier.self,
    SudokuVerifier.self,
    TopologicalOrderVerifier.self,
    TowerOfHanoiVerifier.self,
    TruthTableVerifier.self,
    WaterJugsVerifier.self,
    WordLadderVerifier.self,

    // Long procedural outputs
    CountdownSearchVerifier.self,
    PathTraversalVerifier.self,
    TSVF1Verifier.self,
    ToMTrackingVerifier.self,
  ]
  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Sorted by name.
  public static let descriptions: [VerifierDescription] = all.map { $0.description }.sorted {
    $0.name < $1.name
  }

  /// All names, sorted.
  public static let names: [String] = descriptions.map(\.name)

  /// The verifier of that name with its standard parameters; nil where there is none, or where it needs one.
  public static func named(_ name: String) -> (any Verifier)? {
    try? make(VerifierSpec(name))
  }

  /// The verifier that a specification describes.
  ///
  /// - Throws: Where the name, a parameter's name or its value is not known or cannot be used.
  public static func make(_ spec: VerifierSpec) throws(VerifierSpecError) -> any Verifier {
    guard let type = byName[spec.name] else { throw .unknownName(spec.name) }
    let known = type.description.parameters
    for parameter in spec.parameters.values.keys.sorted()
    where !known.contains(where: { $0.name == parameter }) {
      throw .unknownParameter(verifier: spec.name, parameter: parameter, known: known.map(\.name))
    }
    for parameter in known where parameter.standard == nil && spec.parameters[parameter.name] == nil {
      throw .missingParameter(verifier: spec.name, parameter: parameter.name)
    }
    do {
      return try type.init(spec.parameters)
    } catch {
      throw .unusable(verifier: spec.name, error)
    }
  }
}
