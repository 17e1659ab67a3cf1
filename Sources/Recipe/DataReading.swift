internal import Curriculum

extension RecipeReader {
  /// `data`: where tasks come from, and how they are shown to the model.
  func readData(_ section: Section, into data: inout DataConfiguration) {
    defer { section.close() }
    let train = section.section("train")
    if section.node("train").map(\.isNull) ?? true {
      report(.noTrainingData, at: section.path + "train")
    }
    data.train = readSource(train, inheriting: nil)
    train.close()
    // Whatever `held_out` leaves open is as in `train`, so that `held_out: {count: 64}` says all.
    let heldOut = section.section("held_out")
    let source = readSource(heldOut, inheriting: data.train)
    data.heldOut = source == data.train ? nil : source
    heldOut.read("count", into: &data.heldOutCount)
    heldOut.close()
    section.read("prompt_template", into: &data.promptTemplate)
    if !data.promptTemplate.contains("{prompt}") {
      report(.templateWithoutPrompt, at: section.path + "prompt_template")
    }
    readLengthBudgets(section, into: &data.budgets)
    let teacher = section.section("teacher")
    teacher.read("slip_rate", into: &data.teacher.slipRate, in: .share)
    teacher.read("style", into: &data.teacher.style)
    teacher.close()
  }

  private func readSource(_ section: Section, inheriting other: TaskSource?) -> TaskSource {
    let task = section.node("task")
    let path = section.node("path")
    let hasTask = task.map { !$0.isNull } ?? false
    let hasPath = path.map { !$0.isNull } ?? false
    if hasTask, hasPath {
      report(.twoSources(section: "\(section.path)", "task", "path"), at: section.path + "path")
    }
    let inheritsFile = if case .file = other { true } else { false }
    // `path: null` in `train` is a gap for the user to fill, in `held_out` it is "as in `train`".
    let isOpen = path != nil && other == nil
    if !hasTask, hasPath || inheritsFile || isOpen {
      return .file(readFile(section, inheriting: other))
    }
    return .procedural(readProcedural(section, inheriting: other))
  }

  private func readProcedural(_ section: Section, inheriting other: TaskSource?) -> ProceduralSource {
    var source = ProceduralSource(task: ProceduralTasks.names.first ?? "")
    if case .procedural(let inherited) = other { source = inherited }
    let inheritedTask = source.task
    if let name = section.name("task", among: ProceduralTasks.names) { source.task = name }
    section.record("task", YAMLText.string(source.task))
    if source.task != inheritedTask { source.difficulty = nil }
    if let node = section.node("difficulty") {
      source.difficulty = node.isNull ? nil : readDifficulty(node, of: source.task, in: section)
    }
    section.record(
      "difficulty",
      source.difficulty.map { YAMLText.list(["\($0.lowerBound)", "\($0.upperBound)"]) } ?? "null")
    return source
  }

  /// `[lowest, highest]`, or one number for both, within what the task knows.
  private func readDifficulty(_ node: RecipeNode, of task: String, in section: Section) -> ClosedRange<Int>? {
    let key = "difficulty"
    guard let bounds = node.bounds, let low = bounds.low.integer, let high = bounds.high.integer else {
      section.refuse(key, node, expected: "[lowest, highest] in whole numbers")
      return nil
    }
    guard let family = ProceduralTasks.named(task).map({ type(of: $0) }) else { return nil }
    let known = family.difficulties
    guard low <= high, known.contains(low), known.contains(high) else {
      report(
        .notAllowed(
          key: "\(section.path + key)", value: "[\(low), \(high)]",
          allowed:
            "[lowest, highest] within [\(known.lowerBound), \(known.upperBound)] (\(family.difficultyUnit))"),
        at: node.place)
      return nil
    }
    return low...high
  }

  private func readFile(_ section: Section, inheriting other: TaskSource?) -> FileSource {
    var source = FileSource(path: "")
    if case .file(let inherited) = other { source = inherited }
    if let node = section.node("path"), !node.isNull {
      section.read("path", into: &source.path)
    } else {
      if other == nil { need(section.path + "path") }
      section.record("path", source.path.isEmpty ? "null" : YAMLText.string(source.path))
    }
    section.read("prompt_field", into: &source.promptField)
    section.read("answer_field", into: &source.answerField)
    section.read("solution_field", into: &source.solutionField)
    readVerifier(section, into: &source.verifier)
    readVerifiers(section, into: &source.verifiers)
    section.read("source_field", into: &source.sourceField)
    return source
  }
}
