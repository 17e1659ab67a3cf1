internal import Curriculum

extension RecipeReader {
  /// `data`: where tasks come from, and how they are shown to the model.
  func readData(_ section: Section, into data: inout DataConfiguration) {
    defer { section.close() }
    let train = section.node("train")
    if train.map(\.isNull) ?? true {
      report(.noTrainingData, at: section.path + "train")
    }
    if let mixture = readMixture("train", of: section) {
      data.train = mixture
    } else {
      let train = section.section("train")
      data.train = readSource(train, inheriting: nil)
      train.close()
    }
    readHeldOut(section.section("held_out"), into: &data)
    section.read("deduplicate", into: &data.deduplicates)
    section.read("contamination", into: &data.contamination)
    section.read(
      "contamination_ngram", into: &data.contaminationNGram,
      in: .from(
        DataConfiguration.contaminationNGrams.lowerBound, to: DataConfiguration.contaminationNGrams.upperBound
      ))
    section.read("prompt_template", into: &data.promptTemplate)
    if !data.promptTemplate.contains("{prompt}") {
      report(.templateWithoutPrompt, at: section.path + "prompt_template")
    }
    let teacher = section.section("teacher")
    teacher.read("slip_rate", into: &data.teacher.slipRate, in: .share)
    teacher.close()
  }

  /// Whatever `held_out` leaves open is as in `train`, so that `held_out: {count: 64}` says all.
  private func readHeldOut(_ section: Section, into data: inout DataConfiguration) {
    defer { section.close() }
    if let mixture = readMixture("sources", of: section) {
      for key in ["task", "path"] where section.node(key).map({ !$0.isNull }) ?? false {
        report(.twoSources(section: "\(section.path)", "sources", key), at: section.path + key)
      }
      data.heldOut = mixture == data.train ? nil : mixture
    } else if case .mixture = data.train, !section.names("task"), !section.names("path") {
      data.heldOut = nil
      for key in Self.sourceKeys where section.names(key) {
        report(.heldOutWithoutSource(key: "\(section.path + key)"), at: section.path + key)
      }
    } else {
      var inherited: TaskSource?
      if case .mixture = data.train {} else { inherited = data.train }
      let source = readSource(section, inheriting: inherited)
      data.heldOut = source == data.train ? nil : source
    }
    section.read("count", into: &data.heldOutCount)
    section.read("share", into: &data.heldOutShare, in: .from(DataConfiguration.heldOutShares))
  }

  /// Keys that mean something only beside `task` or `path`.
  private static let sourceKeys = [
    "difficulty", "format", "prompt_field", "answer_field", "solution_field", "verifier", "verifiers",
    "source_field", "filter", "on_bad_row",
  ]

  /// A list of sources with weights; nil where the key holds no list.
  private func readMixture(_ key: String, of parent: Section) -> TaskSource? {
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
      if item.pairs != nil, !section.names("task"), section.node("path") == nil {
        report(.conflict(.noSource(section: "\(section.path)")), at: item.place)
      }
      part.source = readSource(section, inheriting: nil)
      return part
    }
    return .mixture(parts)
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
    readFormat(section, into: &source.format)
    section.read("prompt_field", into: &source.promptField)
    section.read("answer_field", into: &source.answerField)
    section.read("solution_field", into: &source.solutionField)
    readVerifier(section, into: &source.verifier)
    readVerifiers(section, into: &source.verifiers)
    section.read("source_field", into: &source.sourceField)
    readFilter(section.section("filter"), into: &source.filter)
    section.read("on_bad_row", into: &source.onBadRow)
    return source
  }

  /// `format`: null is by the file's ending.
  private func readFormat(_ section: Section, into format: inout DataFormat?) {
    if let node = section.node("format") {
      format =
        node.isNull
        ? nil
        : section.name("format", among: DataFormat.allCases.map(\.rawValue)).flatMap {
          DataFormat(rawValue: $0)
        }
    }
    section.record("format", format?.rawValue ?? "null")
  }

  private func readFilter(_ section: Section, into filter: inout RowFilter) {
    defer { section.close() }
    section.read(RowFilter.Criterion.promptCharacters.rawValue, into: &filter.promptCharacters)
    section.read(RowFilter.Criterion.promptTokens.rawValue, into: &filter.promptTokens)
    section.read(RowFilter.Criterion.solutionCharacters.rawValue, into: &filter.solutionCharacters)
    section.read(RowFilter.Criterion.solutionTokens.rawValue, into: &filter.solutionTokens)
    readAnswerKinds(section, into: &filter.answerKinds)
  }

  /// `answer_kind`: one kind, or a list of them; null or an empty list is all.
  private func readAnswerKinds(_ section: Section, into kinds: inout [AnswerKind]) {
    let key = RowFilter.Criterion.answerKind.rawValue
    if let node = section.node(key) {
      let names = AnswerKind.allCases.map(\.rawValue)
      var items = [node]
      if case .sequence(let list) = node.content { items = list }
      kinds =
        node.isNull
        ? []
        : items.compactMap { item in
          if let kind = item.text.flatMap({ AnswerKind(rawValue: $0) }) { return kind }
          report(
            .notAllowed(key: "\(section.path + key)", value: item.kindInWords, allowed: names.inWords),
            at: item.place,
            advice: item.text.flatMap { nearestName(to: $0, among: names) }.map { "did you mean `\($0)`?" })
          return nil
        }
    }
    section.record(key, YAMLText.list(kinds.map(\.rawValue)))
  }
}

extension Section {
  /// Whether the key is there with a value other than null.
  fileprivate func names(_ key: String) -> Bool {
    node(key).map { !$0.isNull } ?? false
  }

  /// `[lowest, highest]` in whole numbers from 0, null for an end that is open.
  fileprivate func read(_ key: String, into range: inout ClosedRange<Int>?) {
    if let node = node(key) {
      range = nil
      if !node.isNull {
        if case .sequence(let ends) = node.content, ends.count == 2,
          let low = ends[0].isNull ? 0 : ends[0].integer,
          let high = ends[1].isNull ? Int.max : ends[1].integer
        {
          if low >= 0, low <= high {
            range = low...high
          } else {
            forbid(key, node, allowed: "[lowest, highest] with 0 ≤ lowest ≤ highest")
          }
        } else {
          refuse(key, node, expected: "[lowest, highest] in whole numbers, null for no bound")
        }
      }
    }
    record(
      key,
      range.map { YAMLText.list(["\($0.lowerBound)", $0.upperBound == .max ? "null" : "\($0.upperBound)"]) }
        ?? "null")
  }
}
