// How layers become one recipe: a preset lies under the file it serves, an extended file under the one that
// extends it, and `--set` on top. Mappings merge key by key, everything else replaces what lay below.

/// Keys that stand for the same choice: whoever names one of them drops what a lower layer said with the others.
private struct Alternative {
  /// The key that makes the choice, and the keys that only mean something with it.
  var key: String
  var companions: [String] = []
  /// Keys that mean something with another choice as well, and so only go with this one where it was made.
  var shared: [String] = []
}

private let alternatives: [RecipePath: [Alternative]] = {
  let model = [Alternative(key: "path"), Alternative(key: "init")]
  let chains = ["composer", "horizon", "wording"]
  let source = [
    Alternative(key: "task", companions: ["difficulty"]),
    Alternative(
      key: "path",
      companions: [
        "format", "prompt_field", "answer_field", "solution_field", "verifier", "verifiers",
        "source_field", "filter", "slice", "on_bad_row",
      ], shared: chains),
    Alternative(key: "tasks", shared: chains),
    Alternative(key: "sources"),
  ]
  return [
    RecipePath("model"): model, RecipePath("data", "train"): source, RecipePath("data", "held_out"): source,
  ]
}()

/// Mappings for which null means "nothing said here", as a heading above lines that are commented out.
private let sections: Set<RecipePath> = [
  RecipePath("model"), RecipePath("data"), RecipePath("rollout"), RecipePath("reward"),
  RecipePath("algorithm"),
  RecipePath("optimizer"), RecipePath("evaluation"), RecipePath("compute"), RecipePath("output"),
  RecipePath("budget"), RecipePath("optimizer", "schedule"), RecipePath("data", "teacher"),
]

extension RecipeNode {
  /// This tree with `upper` laid over it; `path` is where both stand in the recipe.
  func merged(under upper: RecipeNode, at path: RecipePath = .root) -> RecipeNode {
    let path = path.inStage?.path ?? path
    if upper.isNull, sections.contains(path) { return self }
    guard case .mapping(var pairs) = content, case .mapping(let upperPairs) = upper.content else {
      return upper
    }
    for alternative in alternatives[path] ?? [] where upperPairs.chooses(alternative.key) {
      let dropped = (alternatives[path] ?? []).filter { $0.key != alternative.key }
        .flatMap { [$0.key] + $0.companions + (pairs.chooses($0.key) ? $0.shared : []) }
      pairs.removeAll { dropped.contains($0.key) }
    }
    for pair in upperPairs {
      if let index = pairs.firstIndex(where: { $0.key == pair.key }) {
        pairs[index].value = pairs[index].value.merged(under: pair.value, at: path + pair.key)
        pairs[index].keyPlace = pair.keyPlace
      } else {
        pairs.append(pair)
      }
    }
    return RecipeNode(content: .mapping(pairs), place: upper.place)
  }
}

extension [RecipeNode.Pair] {
  /// Whether the key is here with a value other than null.
  fileprivate func chooses(_ key: String) -> Bool {
    contains { $0.key == key && !$0.value.isNull }
  }
}
