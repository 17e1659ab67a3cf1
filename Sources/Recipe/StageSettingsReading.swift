internal import Training

/// Sections that a stage may have of its own; its keys lie over those of the recipe.
private let stageSections = ["data", "rollout", "reward", "algorithm", "evaluation"]

extension RecipeReader {
  /// The sections of a stage that has some of its own: each is the recipe's, with the stage's keys over it.
  ///
  /// All are read again, since what one says decides defaults in another; what comes out as in the recipe is not recorded twice
  /// (``forgetRepeats()``).
  ///
  /// - Parameters:
  ///   - stage: The stage's mapping.
  ///   - tree: Every layer of the recipe merged.
  /// - Returns: nil for a stage that says nothing for itself.
  func readSettings(of stage: Section, in tree: RecipeNode) -> StageSettings? {
    let own = stageSections.filter { stage.node($0).map { !$0.isNull } ?? false }
    guard !own.isEmpty else { return nil }
    refuseAnotherMethod(stage)
    func section(_ name: String) -> Section {
      let base = tree[name] ?? RecipeNode(content: .mapping([]), place: tree.place)
      let merged = stage.node(name).map { base.merged(under: $0, at: RecipePath(name)) } ?? base
      return Section(merged, at: stage.path + name, reader: self)
    }
    return within(stage.path) {
      var run = TrainingConfiguration()
      readData(section("data"), into: &run.data)
      readRollout(section("rollout"), into: &run.rollout)
      readReward(section("reward"), rollout: run.rollout, into: &run.reward)
      readAlgorithm(section("algorithm"), for: run.rollout, into: &run.algorithm)
      readEvaluation(section("evaluation"), into: &run.evaluation)
      return run.settings
    }
  }

  /// The method is the run's: a preset lies under all of its sections, and a stage only changes keys.
  private func refuseAnotherMethod(_ stage: Section) {
    for key in ["name", "variant"] {
      guard let pair = stage.node("algorithm")?.pairs?.first(where: { $0.key == key }) else { continue }
      report(
        .notAllowed(
          key: "\(stage.path + "algorithm" + key)", value: pair.value.kindInWords,
          allowed: "the keys of a method, not its name: stages of a run have one method"),
        at: pair.keyPlace, advice: "say it in the recipe's `algorithm`")
    }
  }
}

extension RecipePath {
  /// Where it would stand in the recipe, and in which stage; nil for what no stage has of its own.
  ///
  /// `stages[1].rollout.num_prompts` → `rollout.num_prompts` of `stages[1]`.
  var inStage: (stage: RecipePath, path: RecipePath)? {
    guard steps.count > 2, steps[0] == .key("stages"), case .index = steps[1], case .key(let key) = steps[2],
      stageSections.contains(key)
    else { return nil }
    return (RecipePath(steps: Array(steps[..<2])), RecipePath(steps: Array(steps[2...])))
  }

  /// The list that it leads into, or itself: a list is one value.
  fileprivate var upToList: RecipePath {
    let end = steps.firstIndex { if case .index = $0 { true } else { false } }
    return end.map { RecipePath(steps: Array(steps[..<$0])) } ?? self
  }
}

extension RecipeReader {
  /// Drops from the record what a stage has as the recipe has it. Lists stay whole where anything in them differs.
  func forgetRepeats() {
    var common: [RecipePath: [Entry]] = [:]
    var own: [RecipePath: [RecipePath: [Entry]]] = [:]
    for entry in entries {
      if let (stage, path) = entry.path.inStage {
        var moved = entry
        moved.path = path
        own[stage, default: [:]][path.upToList, default: []].append(moved)
      } else {
        common[entry.path.upToList, default: []].append(entry)
      }
    }
    keepEntries { entry in
      guard let (stage, path) = entry.path.inStage else { return true }
      let mine = own[stage]?[path.upToList]?.map(\.valueAtPath)
      return mine != common[path.upToList]?.map(\.valueAtPath)
    }
  }
}

extension RecipeReader.Entry {
  fileprivate var valueAtPath: [String] { ["\(path)", value] }
}
