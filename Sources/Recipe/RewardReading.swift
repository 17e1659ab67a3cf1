internal import Rewards
internal import Rollouts

extension RecipeReader {
  /// `reward`: the terms, and what right and wrong are worth.
  func readReward(_ section: Section, rollout: RolloutConfiguration, into reward: inout RewardConfiguration) {
    defer { section.close() }
    if let items = section.items("terms", of: "a list of terms, e.g. [{name: correctness}]") {
      reward.terms = items.enumerated().compactMap { index, item in
        readTerm(item, at: section.path + "terms" + index, rollout: rollout)
      }
      check(reward.terms, at: section.path + "terms")
    } else {
      recordDefault(reward.terms, at: section.path + "terms")
    }
    section.read("correct", into: &reward.correctReward, in: .any)
    section.read("incorrect", into: &reward.incorrectReward, in: .any)
  }

  /// `{name: correctness, verifier:, weight:}`, `{name: gsm8k, weight:}` for the same with that verifier, or
  /// `{name: soft_overlong, cache:, weight:}`.
  private func readTerm(_ node: RecipeNode, at path: RecipePath, rollout: RolloutConfiguration) -> RewardTerm?
  {
    let section = Section(node, at: path, reader: self, absentOrigin: node.place.origin.asPreset)
    defer { section.close() }
    guard node.pairs != nil else { return nil }
    if section.node("name") == nil {
      report(.missing(key: "name", section: "\(path)", example: "name: correctness"), at: node.place)
    }
    let name = section.name("name", among: TermName.all)
    if name == TermName.softOverlong {
      section.record("name", TermName.softOverlong)
      // DAPO, arXiv:2503.14476, §4.1: a cache of 4,096 under a limit of 20,480, a fifth.
      var cache = max(1, rollout.maxCompletionLength / 5)
      section.read("cache", into: &cache)
      if cache >= rollout.maxCompletionLength {
        report(
          .cacheTooLarge(cache: cache, maxCompletionLength: rollout.maxCompletionLength), at: path + "cache")
      }
      return .softOverlong(cache: cache, weight: readWeight(section))
    }
    section.record("name", TermName.correctness)
    var verifier = name.flatMap { Verifiers.names.contains($0) ? $0 : nil }
    if let shorthand = verifier, let given = section.node("verifier")?.text, given != shorthand {
      report(.twoVerifiers(shorthand, given), at: path + "verifier")
    }
    readVerifier(section, into: &verifier)
    let weight = readWeight(section)
    return name.map { _ in .correctness(verifier: verifier, weight: weight) }
  }

  private func readWeight(_ section: Section) -> Double {
    var weight = 1.0
    section.read("weight", into: &weight, in: .any)
    return weight
  }

  private func check(_ terms: [RewardTerm], at path: RecipePath) {
    let names = terms.map(\.name)
    if let twice = Set(names).sorted().first(where: { name in names.filter { $0 == name }.count > 1 }) {
      report(.twoTerms(twice), at: path)
    }
    if !names.contains(TermName.correctness) { report(.noCorrectness, at: path) }
  }

  private func recordDefault(_ terms: [RewardTerm], at path: RecipePath) {
    for (index, term) in terms.enumerated() {
      guard case .correctness(let verifier, let weight) = term else { continue }
      record(path + index + "name", term.name, .default)
      record(path + index + "verifier", verifier ?? "null", .default)
      record(path + index + "weight", YAMLText.number(weight), .default)
    }
  }
}

/// What a term may be called.
private enum TermName {
  static let correctness = "correctness"
  static let softOverlong = "soft_overlong"
  static let all = [correctness, softOverlong] + Verifiers.names
}
