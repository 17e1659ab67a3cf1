internal import Curriculum

// A file of tasks: its columns, who judges its rows, and which of them are taken.

extension RecipeReader {
  /// All of a file but its `slice`, which is as inherited.
  func readFile(_ section: Section, inheriting other: FileSource?) -> FileSource {
    var source = other ?? FileSource(path: "")
    if let node = section.node("path"), !node.isNull {
      section.read("path", into: &source.path)
    } else {
      if other == nil { need(section.path + "path") }
      section.record("path", source.path.isEmpty ? "null" : YAMLText.string(source.path))
    }
    section.read("format", into: &source.format)  // null is by the file's ending
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

  /// `slice`: null, or `{part: short, by: characters, at: mean}`.
  ///
  /// - Parameters:
  ///   - section: The source's.
  ///   - slice: As inherited.
  ///   - keeps: Whether it stays so where the key is absent. A slice is of what is trained on; a source to measure on
  ///     that is not the very same is whole.
  func readSlice(_ section: Section, into slice: inout SliceFilter?, keeps: Bool) {
    let node = section.node("slice")
    if node.map({ $0.isNull }) ?? !keeps { slice = nil }
    guard let node, !node.isNull else {
      guard let slice else { return section.record("slice", "null") }
      for (key, value) in [
        ("part", slice.slice.rawValue), ("by", slice.measure.rawValue), ("at", slice.threshold.text),
      ] {
        record(section.path + "slice" + key, value, section.origin("slice"))
      }
      return
    }
    let keys = Section(node, at: section.path + "slice", reader: self)
    defer { keys.close() }
    // Names what it is a slice of anew: half of one slice and half of another is nobody's wish.
    var filter = SliceFilter(slice: .all)
    if node.pairs != nil, keys.node("part") == nil {
      report(.missing(key: "part", section: "\(keys.path)", example: "part: short"), at: node.place)
    }
    keys.read("part", into: &filter.slice)
    keys.read("by", into: &filter.measure)
    readThreshold(keys, into: &filter.threshold)
    slice = filter
  }

  /// `at`: mean, median, or a number of at least 0.
  private func readThreshold(_ section: Section, into threshold: inout SliceThreshold) {
    if let node = section.node("at") {
      if let found = node.text.flatMap({ SliceThreshold($0.replacing("_", with: "")) }) {
        threshold = found
      } else {
        section.forbid("at", node, allowed: "mean, median or a number, 0 or above")
      }
    }
    section.record("at", threshold.text)
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
