internal import Curriculum

// Chains of problems: `{composer: offset, path: FILE, horizon: [1, 3]}` or `{composer: executed, tasks: [NAME], horizon: 2}`.

/// Which of the composers a source has.
enum ComposerName: String, CaseIterable {
  case offset, executed
}

extension RecipeReader {
  /// `composer`; nil where the source makes no chains.
  ///
  /// Chains are inherited as they are; a source that names something that they are not made of is none of them.
  func readComposer(_ section: Section, inheriting other: TaskSource?) -> ComposerName? {
    var inherited: ComposerName?
    if case .composed(let source) = other { inherited = ComposerName(rawValue: source.composer.name) }
    if section.names("task") || (inherited == .executed && section.names("path")) {
      inherited = nil
    }
    var composer = inherited
    if let node = section.node("composer") {
      composer =
        node.isNull
        ? nil
        : section.name("composer", among: ComposerName.allCases.map(\.rawValue)).flatMap {
          ComposerName(rawValue: $0)
        }
      // What its keys mean cannot be said.
      if composer == nil, !node.isNull { section.acceptRest() }
    }
    // Where there is nothing to be told from, a source without chains says nothing about them.
    let isWorthSaying = if case .composed = other { true } else { section.names("composer") }
    if let composer {
      section.record("composer", composer.rawValue)
    } else if isWorthSaying {
      section.record("composer", "null")
    }
    return composer
  }

  func readChains(
    _ section: Section, _ composer: ComposerName, inheriting other: TaskSource?
  ) -> ComposedSource {
    var inherited: ComposedSource?
    if case .composed(let source) = other { inherited = source }
    var source = ComposedSource(
      composer: .executed([]), horizons: inherited?.horizons ?? 1...1, wording: inherited?.wording)
    readHorizon(section, into: &source.horizons, isKnown: inherited != nil)
    section.read("wording", into: &source.wording)  // null is as the composer is used to
    switch composer {
    case .offset:
      refuse(["task", "tasks", "difficulty"], of: section, composer: "offset", wanted: "path")
      var file = readFile(section, inheriting: other?.file)
      source.composer = .offset(file)
      readSlice(section, into: &file.slice, keeps: other == nil || inherited == source)
      source.composer = .offset(file)
    case .executed:
      refuse(["task", "path", "difficulty"], of: section, composer: "executed", wanted: "tasks")
      source.composer = .executed(readFamilies(section, inheriting: other))
    }
    return source
  }

  /// Keys of another kind of source, said to be so rather than unknown.
  private func refuse(_ keys: [String], of section: Section, composer: String, wanted: String) {
    for key in keys where section.names(key) {
      report(
        .wrongForComposer(key: "\(section.path + key)", composer: composer, wanted: wanted),
        at: section.path + key)
    }
  }

  /// `horizon`: `[lowest, highest]`, or one number for both.
  private func readHorizon(_ section: Section, into horizons: inout ClosedRange<Int>, isKnown: Bool) {
    let key = "horizon"
    if let node = section.node(key), !node.isNull {
      let longest = ComposedSource.longestHorizon
      if let bounds = node.bounds, let low = bounds.low.integer, let high = bounds.high.integer {
        if low >= 1, low <= high, high <= longest {
          horizons = low...high
        } else {
          report(
            .notAllowed(
              key: "\(section.path + key)", value: low == high ? "\(low)" : "[\(low), \(high)]",
              allowed: "[lowest, highest] within [1, \(longest)], or one number"),
            at: node.place)
        }
      } else {
        section.refuse(key, node, expected: "[lowest, highest] in whole numbers, or one number")
      }
    } else if !isKnown {
      report(
        .missing(key: key, section: "\(section.path)", example: "horizon: [1, 3]"),
        at: section.place("composer"))
    }
    section.record(key, YAMLText.list(["\(horizons.lowerBound)", "\(horizons.upperBound)"]))
  }

  /// `tasks`: a family's name, or a list of names and of mappings with `task` and `difficulty`.
  private func readFamilies(_ section: Section, inheriting other: TaskSource?) -> [ProceduralSource] {
    let key = "tasks"
    var families: [ProceduralSource] = []
    switch other {
    case .composed(let source): if case .executed(let inherited) = source.composer { families = inherited }
    case .procedural(let source): families = [source]
    case .file, .mixture, nil: break
    }
    guard let node = section.node(key), !node.isNull else {
      if families.isEmpty {
        report(
          .missing(key: key, section: "\(section.path)", example: "tasks: [arithmetic_chain]"),
          at: section.place("composer"))
      }
      for (index, family) in families.enumerated() {
        let path = section.path + key + index
        record(path + "task", YAMLText.string(family.task), section.origin(key))
        record(
          path + "difficulty",
          family.difficulty.map { YAMLText.list(["\($0.lowerBound)", "\($0.upperBound)"]) } ?? "null",
          section.origin(key))
      }
      return families
    }
    var items = [node]
    if case .sequence(let list) = node.content { items = list }
    if items.isEmpty {
      report(
        .missing(key: key, section: "\(section.path)", example: "tasks: [arithmetic_chain]"), at: node.place)
    }
    return items.enumerated().map { readFamily($1, at: section.path + key + $0) }
  }

  /// A name, or a mapping with `task` and `difficulty`.
  private func readFamily(_ node: RecipeNode, at path: RecipePath) -> ProceduralSource {
    let names = ProceduralTasks.chainableNames
    var node = node
    if node.text != nil {  // `gcd` is `{task: gcd}`
      node = RecipeNode(
        content: .mapping([RecipeNode.Pair(key: "task", keyPlace: node.place, value: node)]),
        place: node.place)
    }
    let section = Section(node, at: path, reader: self)
    defer { section.close() }
    var source = ProceduralSource(task: names.first ?? "")
    if section.node("task") == nil, node.pairs != nil {
      report(.missing(key: "task", section: "\(path)", example: "task: \(source.task)"), at: node.place)
    }
    if let name = section.name("task", among: names) { source.task = name }
    section.record("task", YAMLText.string(source.task))
    readDifficulty(section, into: &source)
    return source
  }
}
