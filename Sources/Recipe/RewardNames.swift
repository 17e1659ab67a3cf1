internal import Rewards

/// What is meant by a name that is no verifier's.
package enum RewardNames {
  /// Whether it is a reward term, which only files can name.
  package static func isTerm(_ name: String) -> Bool { RewardTerm.Kind.recipeNames.contains(name) }

  /// The verifier that was probably meant.
  package static func nearestVerifier(to name: String) -> String? {
    nearestName(to: name, among: Verifiers.names)
  }
}
