internal import Rewards
internal import Rollouts

extension RecipeReader {
  /// `reward`: the terms, and what right and wrong are worth.
  func readReward(_ section: Section, rollout: RolloutConfiguration, into reward: inout RewardConfiguration) {
    defer { section.close() }
    if let items = section.items("terms", of: "a list of terms, e.g. [{name: correctness}]") {
      reward.terms = readTerms(items, at: section.path + "terms", depth: 1, rollout: rollout)
      if !reward.terms.everyTerm.contains(where: \.kind.judgesCorrectness) {
        report(.noCorrectness, at: section.path + "terms")
      }
    } else {
      recordDefault(reward.terms, at: section.path + "terms")
    }
    section.read("correct", into: &reward.correctReward, in: .any)
    section.read("incorrect", into: &reward.incorrectReward, in: .any)
    do throws(RewardError) {
      try reward.validate(maximumLength: rollout.maxCompletionLength)
    } catch {
      // What is wrong with a single key was reported where the key stands, and the first report counts.
      report(.reward(error.reason), at: section.path + "terms")
    }
  }

  /// The terms of one level, which go by different names.
  func readTerms(
    _ items: [RecipeNode], at path: RecipePath, depth: Int, rollout: RolloutConfiguration
  ) -> [RewardTerm] {
    let terms = items.enumerated().compactMap { index, item in
      readTerm(item, at: path + index, depth: depth, rollout: rollout)
    }
    let names = terms.map(\.name)
    if let twice = Set(names).sorted().first(where: { name in names.filter { $0 == name }.count > 1 }) {
      report(.twoTerms(twice), at: path)
    }
    return terms
  }

  /// `{name: correctness, verifier:, weight:}`, `{name: math, decimal_digits:, weight:}` for the same with that
  /// verifier, or another term's name with its own keys; any with a `label`.
  private func readTerm(
    _ node: RecipeNode, at path: RecipePath, depth: Int, rollout: RolloutConfiguration
  ) -> RewardTerm? {
    guard depth <= RewardConfiguration.maximumDepth else {
      report(.conflict(.reward(.nestedTooDeep(limit: RewardConfiguration.maximumDepth))), at: node.place)
      return nil
    }
    let section = Section(node, at: path, reader: self, absentOrigin: node.place.origin.asPreset)
    defer { section.close() }
    guard node.pairs != nil else { return nil }
    if section.node("name") == nil {
      report(.missing(key: "name", section: "\(path)", example: "name: correctness"), at: node.place)
    }
    let verifiers = Verifiers.names.filter { !RewardTerm.Kind.recipeNames.contains($0) }
    let name = section.name("name", among: RewardTerm.Kind.recipeNames + verifiers)
    if name == nil { section.acceptRest() }
    let kind = readKind(name, section, depth: depth, rollout: rollout)
    var term = RewardTerm(kind, weight: kind == .kimi ? RewardTerm.kimiWeight : 1)
    section.read("weight", into: &term.weight, in: .any)
    if section.node("label") != nil { section.read("label", into: &term.label) }
    if depth == 1, section.node("start_step") != nil {
      section.read("start_step", into: &term.startStep, in: .atLeastZero)
    }
    do throws(RewardError) {
      try term.validate(maximumLength: rollout.maxCompletionLength)
    } catch {
      report(.conflict(.reward(error.reason)), at: error.key.flatMap { section.place($0) } ?? node.place)
    }
    return name.map { _ in term }
  }

  private func recordDefault(_ terms: [RewardTerm], at path: RecipePath) {
    for (index, term) in terms.enumerated() {
      guard case .correctness(let verifier) = term.kind else { continue }
      record(path + index + "name", term.name, .default)
      record(path + index + "verifier", verifier.map { YAMLText.string($0.text) } ?? "null", .default)
      record(path + index + "weight", YAMLText.number(term.weight), .default)
    }
  }
}

extension RewardTerm {
  /// LASER's reimplementation of Kimi k1.5's length reward has it (arXiv:2505.15612); the paper gives none.
  fileprivate static let kimiWeight = 0.4
}

extension RewardError {
  /// The key of the term that is at fault, where it is one.
  fileprivate var key: String? {
    switch reason {
    case .outOfRange(_, let key, _, _): key.split(separator: ".").first.map { String($0) }
    case .cacheOutOfRange: "cache"
    case .weightNotFinite: "weight"
    case .badLabel: "label"
    default: nil
    }
  }
}
