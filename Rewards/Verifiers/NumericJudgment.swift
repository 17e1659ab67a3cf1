/// What the numeric verifiers share: the sources of the answer, the reading of gold and answer, the
/// comparison.
struct NumericJudgment: Sendable {
  /// Where the answer is looked for.
  enum Source: String, Sendable, CaseIterable {
    /// Behind the last `####`.
    case hash
    /// The last box.
    case boxed
    /// The last `<answer>…</answer>`.
    case answerTag = "answer_tag"
    /// The last number anywhere.
    case last
  }

  /// In the order in which they are asked; the first that is there decides, except that a `####` line without
  /// a number (`#### Final answer`) leaves it to the next.
  let sources: [Source]
  var tolerance = NumericTolerance.exact
  /// What a number that was found and is wrong scores.
  var formatScore = 0.0

  func verdict(on completion: Completion) -> Verdict {
    let goldText = Bytes(completion.groundTruth.utf8)
    let goldValue = (goldText.hashLine ?? goldText).trimmed()
    guard case .number(let gold) = goldValue.wholeNumber else {
      return .noVerdict(gold: goldValue, rule: "the ground truth is not a number of at most 64 characters")
    }
    guard let scope = answerScope(of: completion.text) else {
      return .noAnswer(gold: goldValue, rule: unclosedThinkingRule)
    }
    var unread: Verdict?
    for source in sources {
      switch source {
      case .hash:
        guard let line = scope.markedLine else { continue }
        if let verdict = compare(line, gold, goldValue, "last `####` line") { return verdict }
        if let value = line.lastStatement, let verdict = compare(value, gold, goldValue, "last `####` line") {
          return verdict
        }
        unread =
          line.isEmpty
          ? .noAnswer(gold: goldValue, rule: "nothing stands behind the last `####`")
          : .judged(false, extracted: line, gold: goldValue, rule: "the last `####` line is not a number")
      case .boxed:
        switch scope.lastBox {
        case .closed(let content): return marked(content, gold, goldValue, "last box")
        case .unclosed: return .noAnswer(gold: goldValue, rule: "the last box is never closed")
        case nil: continue
        }
      case .answerTag:
        switch AnswerTag(in: scope) {
        case .closed(let content): return marked(content, gold, goldValue, "last `<answer>`")
        case .unclosed: return .noAnswer(gold: goldValue, rule: "the last `<answer>` is never closed")
        case nil: continue
        }
      case .last:
        guard let last = scope.lastNumber else { continue }
        if let verdict = verdict(on: last.answer, last.text, gold, goldValue, "last number") {
          return verdict
        }
      }
    }
    return unread ?? .noAnswer(gold: goldValue, rule: missingRule)
  }

  private func marked(_ content: Bytes, _ gold: ReadNumber, _ goldText: Bytes, _ source: String) -> Verdict {
    if content.isEmpty { return .noAnswer(gold: goldText, rule: "the \(source) is empty") }
    return compare(content, gold, goldText, source)
      ?? .judged(false, extracted: content, gold: goldText, rule: "the \(source) is not a number")
  }

  /// nil where the text is not a number.
  private func compare(_ text: Bytes, _ gold: ReadNumber, _ goldText: Bytes, _ source: String) -> Verdict? {
    verdict(on: text.wholeNumber, text, gold, goldText, source)
  }

  private func verdict(
    on answer: NumericAnswer, _ text: Bytes, _ gold: ReadNumber, _ goldText: Bytes, _ source: String
  ) -> Verdict? {
    switch answer {
    case .number(let number):
      .judged(
        score: tolerance.accepts(number, gold) ? 1 : formatScore, extracted: text, gold: goldText,
        rule: "\(source), compared as exact numbers")
    case .tooLong:
      .limit(extracted: text, gold: goldText, rule: "\(source) holds a number longer than 64 characters")
    case .notANumber: nil
    }
  }

  private var missingRule: String {
    let names = sources.map { source in
      switch source {
      case .hash: "no `####` line"
      case .boxed: "no box"
      case .answerTag: "no `<answer>`"
      case .last: "no number"
      }
    }
    return names.count > 1
      ? "\(names.dropLast().joined(separator: ", ")) and \(names.last ?? "")" : names.joined()
  }
}

extension ArraySlice<UInt8> {
  /// What stands behind the last `####` (or a longer run of `#`), up to the end of its line; trimmed, may be empty.
  ///
  /// A marker that begins its line always counts. One within a line counts where a number stands directly behind it:
  /// prose that only names the marker gives no answer.
  var markedLine: Bytes? {
    var lineEnd = endIndex
    var index = endIndex
    while index > startIndex {
      index -= 1
      if self[index] == 0x0A { lineEnd = index }
      guard has("####", at: index - 3) else { continue }
      let rest = self[(index + 1)..<lineEnd]
      while index > startIndex, self[index - 1] == UInt8(ascii: "#") { index -= 1 }
      if beginsLine(at: index) || rest.beginsWithNumber { return rest.trimmed() }
    }
    return nil
  }

  /// Whether nothing but blanks stands before `index` in its line.
  private func beginsLine(at index: Int) -> Bool {
    var before = index - 1
    while let byte = byte(before), byte.isBlank, byte != 0x0A { before -= 1 }
    return byte(before).map { $0 == 0x0A } ?? true
  }

  /// Whether a number is the first thing here, behind blanks, emphasis and the beginning of a formula.
  private var beginsWithNumber: Bool {
    var value = drop { $0.isBlank || "*_`$".utf8.contains($0) }
    if value.has("\\(", at: value.startIndex) { value = value.dropFirst(2) }
    if case .none = NumberScanner(bytes: value).number(at: value.startIndex) { return false }
    return true
  }
}

extension VerifierParameters {
  /// `format_score`: 0 to below 1, so that no wrong answer passes for a right one.
  func formatScore() throws(VerifierParameterError) -> Double {
    let score = try number("format_score", in: 0...1) ?? 0
    if score == 1 {
      throw VerifierParameterError("format_score", "is 1, but must be less, or wrong would be right")
    }
    return score
  }
}

extension VerifierDescription.Parameter {
  static let formatScore = Self(
    "format_score", "number ≥ 0 and < 1", standard: "0",
    "what an answer scores that was found where it belongs, can be read as a number, and is wrong")
}
