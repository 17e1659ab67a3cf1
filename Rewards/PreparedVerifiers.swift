/// Verifiers made ahead, each once, so that patterns are read and schemas compiled before the first answer comes.
///
/// What is asked for and was not prepared is made for that one call: slower, never wrong.
public struct PreparedVerifiers: Sendable {
  private var bySpec: [VerifierSpec: any Verifier] = [:]
  private var byText: [String: any Verifier] = [:]

  public init() {}

  /// What judging needs under this reward.
  ///
  /// - Parameters:
  ///   - reward: Its terms' verifiers.
  ///   - tasks: The verifiers that tasks name, as ``VerifierSpec/text``; repetitions do not matter.
  /// - Throws: For the first one that there is not.
  public init(
    for reward: RewardConfiguration, tasks: some Sequence<String> = [] as [String]
  ) throws(VerifierSpecError) {
    for term in reward.terms.leaves {
      if let spec = term.kind.verifier { try prepare(spec) }
    }
    for text in tasks where byText[text] == nil {
      let spec = try VerifierSpec(parsing: text)
      try prepare(spec)
      byText[text] = bySpec[spec]
    }
  }

  private mutating func prepare(_ spec: VerifierSpec) throws(VerifierSpecError) {
    if bySpec[spec] == nil { bySpec[spec] = try Verifiers.make(spec) }
  }

  /// - Throws: Where there is no such verifier.
  public func verifier(_ spec: VerifierSpec) throws(VerifierSpecError) -> any Verifier {
    if let made = bySpec[spec] { return made }
    return try Verifiers.make(spec)
  }

  /// The verifier that a task names.
  ///
  /// - Parameter text: As ``VerifierSpec/text``.
  /// - Returns: The one made ahead, if there is one.
  /// - Throws: Where it cannot be read, or there is no such verifier.
  public func verifier(named text: String) throws(VerifierSpecError) -> any Verifier {
    if let made = byText[text] { return made }
    return try verifier(VerifierSpec(parsing: text))
  }
}
