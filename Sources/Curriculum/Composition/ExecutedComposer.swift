internal import Randomness

/// Chains of problems made on the fly: a later problem is drawn, its number replaced by what the previous answer
/// gives, and worked out anew.
struct ExecutedComposer: ChainMaker {
  /// Draws of one link after which the chain is given up.
  private static let attempts = 400

  let name: String
  let verifiers: Set<String>
  let description: String
  let longestHorizon = ComposedSource.longestHorizon
  let rejections = ChainRejections()
  private let families: [ChainFamily]
  private let parts: ChainParts

  init(_ sources: [ProceduralSource], name: String?, parts: ChainParts) throws(DataError) {
    var families: [ChainFamily] = []
    for source in sources { families.append(try ChainFamily(source)) }
    if families.isEmpty { throw DataError(.nothingToChain) }
    self.families = families
    self.parts = parts
    let familyNames = families.map(\.name).joined(separator: "+")
    self.name = name ?? familyNames
    verifiers = Set(families.map(\.verifier))
    description =
      (self.name == familyNames ? "" : "\(self.name): ")
      + "chains (executed) of \(families.map(\.description).joined(separator: "; ")), "
      + "verifier `\(verifiers.sorted().joined(separator: "`, `"))`"
  }

  func chain(horizon: Int, draw: ChainDraw, rejections: inout ChainRejections) -> Chain? {
    var draw = draw
    guard var chain = opening(&draw, &rejections) else { return nil }
    while chain.horizon < horizon {
      guard let next = extended(chain, &draw, &rejections) else { return nil }
      chain = next
    }
    let result = chain.written(draw.wording, by: draw.teacher, &draw.teacherRNG)
    if let reason = chain.verify(result) {
      rejections.count(reason)
      return nil
    }
    return result
  }

  /// The first problem, as it is drawn.
  private func opening(_ draw: inout ChainDraw, _ rejections: inout ChainRejections) -> ExecutedChain? {
    for _ in 0..<Self.attempts {
      let problem = draw.rng.pick(families).problem(&draw.rng)
      guard parts.admit(problem.prompt) else {
        rejections.count(.otherSide)
        continue
      }
      if let chain = ExecutedChain(opening: problem) { return chain }
      rejections.count(.answerNotWhole)
    }
    return nil
  }

  /// The chain with one more link.
  private func extended(
    _ chain: ExecutedChain, _ draw: inout ChainDraw, _ rejections: inout ChainRejections
  ) -> ExecutedChain? {
    for _ in 0..<Self.attempts {
      let problem = draw.rng.pick(families).problem(&draw.rng)
      let adapter = Self.adapter(&draw.rng)
      switch chain.adding(problem, through: adapter) {
      case .failure(let reason): rejections.count(reason)
      case .success(let longer):
        if parts.admit(longer.lastPrompt) { return longer }
        rejections.count(.otherSide)
      }
    }
    return nil
  }

  /// As it is (half of them), doubled or tripled, a little more or less, halved or a third.
  private static func adapter(_ rng: inout CounterRNG) -> ChainAdapter {
    switch rng.draw(0...7) {
    case 0...3: .identity
    case 4: .times(rng.draw(2...3))
    case 5: .over(rng.draw(2...3))
    case 6: .plus(rng.draw(1...9))
    default: .plus(-rng.draw(1...9))
    }
  }
}
