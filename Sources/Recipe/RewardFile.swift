internal import Curriculum
public import Rewards
internal import Rollouts
internal import Training

/// The reward that a file describes, for who has completions of their own to be scored.
public struct RewardFile: Sendable {
  public var reward: RewardConfiguration
  /// `rollout.max_completion_length`, tokens; nil where the file is no whole recipe and none was given.
  public var maxCompletionLength: Int?
  /// What judges a row where no term says it: `data.train.verifiers`, and `data.train.verifier` for all other sources.
  public var routing: VerifierRouting
  /// Column that says where a row comes from.
  public var sourceField: String
}

extension RecipeLoader {
  /// Reads a recipe, or a file with nothing but its `reward:` section, or with nothing but the inside of that section
  /// (`terms:`, `correct:`, `incorrect:`). YAML or JSON.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - maxCompletionLength: For terms that depend on it, in place of the recipe's.
  /// - Returns: The reward, checked.
  /// - Throws: The first thing that is wrong, at its place.
  public static func reward(path: String, maxCompletionLength: Int? = nil) throws(RecipeError) -> RewardFile {
    var notes: [String] = []
    let tree = try RecipeFile.tree(path: path, notes: &notes)
    // A preset may decide the reward of a whole recipe, so that is resolved like any other.
    if tree["stages"] != nil || tree["algorithm"] != nil || tree["data"] != nil {
      let overrides = maxCompletionLength.map { ["rollout.max_completion_length=\($0)"] } ?? []
      return RewardFile(try check(path: path, overrides: overrides).configuration)
    }
    let reader = RecipeReader()
    var rollout = RolloutConfiguration()
    if let maxCompletionLength { rollout.maxCompletionLength = maxCompletionLength }
    var file = RewardFile(
      reward: RewardConfiguration(), maxCompletionLength: maxCompletionLength, routing: VerifierRouting(),
      sourceField: "data_source")
    if let section = tree["reward"] {
      let root = Section(tree, at: .root, reader: reader)
      _ = root.node("reward")
      root.close()
      reader.readReward(
        Section(section, at: RecipePath("reward"), reader: reader), rollout: rollout, into: &file.reward)
    } else {
      if tree["terms"] == nil {
        reader.report(
          .missing(key: "terms", section: "", example: "terms: [{name: correctness, verifier: math}]"),
          at: tree.place)
      }
      reader.readReward(Section(tree, at: .root, reader: reader), rollout: rollout, into: &file.reward)
    }
    do {
      try reader.throwFirstProblem()
    } catch {
      throw error.about(path)
    }
    return file
  }
}

extension RewardFile {
  fileprivate init(_ run: TrainingConfiguration) {
    self.init(
      reward: run.reward, maxCompletionLength: run.rollout.maxCompletionLength, routing: VerifierRouting(),
      sourceField: "data_source")
    // Of several files the first that says something about a source decides.
    let files = run.data.train.files
    for file in files { routing.entries.merge(file.verifiers.entries) { first, _ in first } }
    if let verifier = files.lazy.compactMap(\.verifier).first, routing.entries["*"] == nil {
      routing.entries["*"] = verifier
    }
    sourceField = files.lazy.compactMap(\.sourceField).first ?? sourceField
  }
}
