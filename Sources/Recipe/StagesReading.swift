internal import Training

extension RecipeReader {
  /// `stages`: what is done, in order.
  ///
  /// - Parameters:
  ///   - root: The recipe.
  ///   - tree: The same, for the sections that stages have of their own.
  ///   - stages: Filled.
  func readStages(_ root: Section, of tree: RecipeNode, into stages: inout [StageConfiguration]) {
    let path = root.path + "stages"
    let items = root.items("stages", of: "a list of stages, e.g. [{kind: rl, steps: 100}]")
    for (index, item) in (items ?? []).enumerated() {
      if let stage = readStage(item, at: path + index, after: stages, in: tree) { stages.append(stage) }
    }
    if items?.isEmpty ?? true { report(.noStages, at: path) }
    if !stages.isEmpty, stages.allSatisfy(\.isControl) { report(.onlyControls, at: path) }
  }

  private func readStage(
    _ node: RecipeNode, at path: RecipePath, after earlier: [StageConfiguration], in tree: RecipeNode
  ) -> StageConfiguration? {
    let section = Section(node, at: path, reader: self)
    defer { section.close() }
    guard node.pairs != nil else { return nil }
    var kind = StageConfiguration.Kind.rl
    for (key, example) in [("kind", "kind: rl"), ("steps", "steps: 100")] where section.node(key) == nil {
      report(.missing(key: key, section: "\(path)", example: example), at: node.place)
    }
    section.read("kind", into: &kind)
    var stage = StageConfiguration(kind: kind, name: Self.defaultName(kind, after: earlier), steps: 1)
    readName(section, into: &stage.name, after: earlier)
    section.read("steps", into: &stage.steps)
    switch kind {
    case .sft:
      section.read("batch_size", into: &stage.batchSize)
    case .rl:
      if section.node("batch_size") != nil {
        report(
          .keyOfOtherStage(key: "batch_size", kind: "sft"), at: path + "batch_size",
          advice: "an rl stage takes `rollout.num_prompts` × `rollout.num_generations`")
      }
    }
    section.read("learning_rate", into: &stage.learningRate, in: .notNegative)
    section.read("from", into: &stage.from)
    if let from = stage.from, !earlier.contains(where: { $0.name == from }) {
      report(
        .unknownOrigin(stage: stage.name, from: from, earlier: earlier.map(\.name)), at: path + "from",
        advice: nearestName(to: from, among: earlier.map(\.name)).map { "did you mean `\($0)`?" })
    }
    section.read("control", into: &stage.isControl)
    section.read("reset_optimizer", into: &stage.resetsOptimizer)
    readReset(section, into: &stage.resetsEntropic)
    section.read("handover", into: &stage.handover)
    if kind == .sft, stage.handover == .best {
      report(.keyOfOtherStage(key: "handover: best", kind: "rl"), at: path + "handover")
    }
    readUntil(section, kind: kind, into: &stage.until)
    stage.settings = readSettings(of: section, in: tree)
    return stage
  }

  private func readName(_ section: Section, into name: inout String, after earlier: [StageConfiguration]) {
    section.read("name", into: &name)
    if earlier.contains(where: { $0.name == name }) {
      report(.stageNameTaken(name), at: section.path + "name")
    }
    if !RunName.isUsable(name) || Int(name) != nil {
      report(
        .notAllowed(
          key: "\(section.path + "name")", value: YAMLText.quoted(name),
          allowed: RunName.rule + ", no bare number"),
        at: section.place("name"))
    }
  }

  /// `reset_entropic`: null = as the method says.
  private func readReset(_ stage: Section, into resets: inout Bool?) {
    if let node = stage.node("reset_entropic"), !node.isNull {
      var value = true
      stage.read("reset_entropic", into: &value)
      resets = value
    } else {
      stage.record("reset_entropic", "null")
    }
  }

  private func readUntil(_ stage: Section, kind: StageConfiguration.Kind, into end: inout StageEnd) {
    let section = stage.section("until")
    defer { section.close() }
    if kind == .sft {
      if let node = stage.node("until"), !node.isNull {
        report(.keyOfOtherStage(key: "until", kind: "rl"), at: stage.path + "until")
        for key in ["accuracy", "clipped_ratio", "window", "plateau", "min_gain"] { _ = section.node(key) }
      }
    } else {
      section.read("accuracy", into: &end.accuracy, in: .positiveShare)
      section.read("clipped_ratio", into: &end.clippedRatio, in: .share)
      section.read("window", into: &end.window)
      section.read("plateau", into: &end.plateau)
      section.read("min_gain", into: &end.minimumGain, in: .share)
    }
  }

  /// The kind, with a number from the second of a kind on: `rl`, `rl-2`.
  static func defaultName(_ kind: StageConfiguration.Kind, after earlier: [StageConfiguration]) -> String {
    let number = earlier.count { $0.kind == kind } + 1
    return number == 1 ? kind.rawValue : "\(kind.rawValue)-\(number)"
  }
}
