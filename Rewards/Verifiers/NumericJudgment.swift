/// What the numeric verifiers share: the order of sources, the reading of gold and answer, the comparison.
struct NumericJudgment {
  /// Accept the last number of the text where no marked answer can be read.
  let acceptsLastNumber: Bool

  func verdict(on completion: Completion) -> Verdict {
    let goldText = Bytes(completion.groundTruth.utf8)
    let goldValue = (goldText.hashLine ?? goldText).trimmed()
    guard case .number(let gold) = goldValue.wholeNumber else {
      return .noVerdict(gold: goldValue, rule: "the ground truth is not a number of at most 64 characters")
    }
    guard let scope = answerScope(of: completion.text) else {
      return .noAnswer(gold: goldValue, rule: unclosedThinkingRule)
    }
    return verdict(in: scope, gold: gold, goldText: goldValue)
  }

  private func verdict(in scope: Bytes, gold: ReadNumber, goldText: Bytes) -> Verdict {
    func compare(_ answer: NumericAnswer, _ text: Bytes, _ source: String) -> Verdict? {
      switch answer {
      case .number(let number):
        .judged(
          ReadNumber.same(number, gold), extracted: text, gold: goldText,
          rule: "\(source), compared as exact numbers")
      case .tooLong:
        .limit(extracted: text, gold: goldText, rule: "\(source) holds a number longer than 64 characters")
      case .notANumber: nil
      }
    }

    let line = scope.hashLine
    if let line {
      if let verdict = compare(line.wholeNumber, line, "last `####` line") { return verdict }
      if let value = line.lastStatement, let verdict = compare(value.wholeNumber, value, "last `####` line") {
        return verdict
      }
    }
    switch scope.lastBox {
    case .closed(let content) where content.isEmpty:
      return .noAnswer(gold: goldText, rule: "the last box is empty")
    case .closed(let content):
      if let verdict = compare(content.wholeNumber, content, "last box") { return verdict }
      return .judged(false, extracted: content, gold: goldText, rule: "the last box is not a number")
    case .unclosed:
      return .noAnswer(gold: goldText, rule: "the last box is never closed")
    case nil:
      break
    }
    if acceptsLastNumber, let last = scope.lastNumber,
      let verdict = compare(last.answer, last.text, "last number")
    {
      return verdict
    }
    guard let line, !line.isEmpty else {
      return .noAnswer(
        gold: goldText, rule: line == nil ? noMarkerRule : "nothing stands behind the last `####`")
    }
    return .judged(false, extracted: line, gold: goldText, rule: "the last `####` line is not a number")
  }

  private var noMarkerRule: String {
    acceptsLastNumber ? "no `####` line, no box and no number" : "no `####` line and no box"
  }
}
