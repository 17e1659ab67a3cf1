internal import Curriculum

// One source of tasks: a family, a file, chains, or a list of these. A source that inherits from another is as that one
// where it says nothing else.

extension RecipeReader {
  /// A list of sources with weights; nil where the key holds no list.
  func readMixture(_ key: String, of parent: Section) -> TaskSource? {
    guard let node = parent.node(key), case .sequence(let items) = node.content else { return nil }
    if items.isEmpty { report(.noSource(section: "\(parent.path + key)"), at: parent.path + key) }
    let parts = items.enumerated().map { index, item in
      let section = Section(item, at: parent.path + key + index, reader: self)
      defer { section.close() }
      var part = MixturePart(.procedural(ProceduralSource(task: "")))
      section.read("name", into: &part.name)
      if let name = part.name, !RunName.isUsable(name) {
        report(
          .notAllowed(
            key: "\(section.path + "name")", value: YAMLText.quoted(name), allowed: RunName.rule),
          at: section.place("name"))
      }
      section.read("weight", into: &part.weight, in: .positive)
      if item.pairs != nil, !["task", "composer"].contains(where: section.names), section.node("path") == nil
      {
        report(.conflict(.noSource(section: "\(section.path)")), at: item.place)
      }
      part.source = readSource(section, inheriting: nil)
      return part
    }
    return .mixture(parts)
  }

  func readSource(_ section: Section, inheriting other: TaskSource?) -> TaskSource {
    if let composer = readComposer(section, inheriting: other) {
      return .composed(readChains(section, composer, inheriting: other))
    }
    let task = section.node("task")
    let path = section.node("path")
    let hasTask = task.map { !$0.isNull } ?? false
    let hasPath = path.map { !$0.isNull } ?? false
    if hasTask, hasPath {
      report(.twoSources(section: "\(section.path)", "task", "path"), at: section.path + "path")
    }
    if section.names("tasks") {
      report(.tasksWithoutComposer(section: "\(section.path)"), at: section.path + "tasks")
    }
    let inherited = other?.file
    if case .composed? = other, inherited == nil, !hasTask, !hasPath {
      report(.noSource(section: "\(section.path)"), at: section.path + "composer")
    }
    // `path: null` in `train` is a gap for the user to fill, in `held_out` it is "as in `train`".
    let isOpen = path != nil && other == nil
    if !hasTask, hasPath || inherited != nil || isOpen {
      var file = readFile(section, inheriting: inherited)
      readSlice(section, into: &file.slice, keeps: other == nil || other == .file(file))
      return .file(file)
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
    readDifficulty(section, into: &source)
    return source
  }

  /// `difficulty`: `[lowest, highest]`, or one number for both, within what the task knows; null = the task's own.
  func readDifficulty(_ section: Section, into source: inout ProceduralSource) {
    if let node = section.node("difficulty") {
      source.difficulty = node.isNull ? nil : difficulty(node, of: source.task, in: section)
    }
    section.record(
      "difficulty",
      source.difficulty.map { YAMLText.list(["\($0.lowerBound)", "\($0.upperBound)"]) } ?? "null")
  }

  private func difficulty(_ node: RecipeNode, of task: String, in section: Section) -> ClosedRange<Int>? {
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
}
