private import Randomness

/// Which prompts are kept from training.
enum HeldOutSplit: Sendable {
  /// One prompt in eight, by a hash of its text: the same side in every run, whatever the seed and the
  /// source.
  case byHash
  /// These prompts: those of a held-out file.
  case prompts(Set<String>)

  func contains(_ prompt: String) -> Bool {
    switch self {
    case .byHash: StableHash.of(prompt) % 8 == 0
    case .prompts(let prompts): prompts.contains(prompt)
    }
  }
}
