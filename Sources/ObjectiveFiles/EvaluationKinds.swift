internal import Evaluation

/// The kinds of `evaluation.json`: pass@k and majority@k.
package enum EvaluationKinds {
  package static func evaluate(_ kind: String, settings: Fields, input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    switch kind {
    case "pass_at_k": try passAtKs(input)
    case "majority_at_k": try majorityAtKs(settings, input)
    default: throw ObjectiveFileError("`\(kind)` is not a kind of evaluation")
    }
  }

  /// `cases`: rows of (samples, right ones, k).
  private static func passAtKs(_ input: Fields) throws(ObjectiveFileError) -> JSONValue {
    var values: [Double] = []
    for row in try input.integerRows("cases") {
      guard row.count == 3 else { throw input.error("cases", "holds \(row), not [n, c, k]") }
      let (samples, correct, k) = (row[0], row[1], row[2])
      guard samples >= 1, (1...samples).contains(k), (0...samples).contains(correct) else {
        throw input.error("cases", "holds \(row); [n, c, k] needs 0 <= c <= n and 1 <= k <= n")
      }
      values.append(passAtK(samples: samples, correct: correct, k: k))
    }
    return ["values": JSONValue(values)]
  }

  private static func majorityAtKs(_ settings: Fields, _ input: Fields) throws(ObjectiveFileError)
    -> JSONValue
  {
    let k = try settings.integer("k")
    let (rows, golds) = (try input.list("answers"), try input.list("gold"))
    guard rows.count == golds.count else { throw input.error("gold", "is not as long as `answers`") }
    var values: [Double] = []
    for (row, gold) in zip(rows, golds) {
      var answers: [String?] = []
      for answer in try input.list(row, "answers") { answers.append(text(answer)) }
      guard let gold = text(gold) else { throw input.error("gold", "holds a null") }
      guard k >= 1, k <= answers.count else {
        throw settings.error("k", "is \(k), with \(answers.count) answers")
      }
      values.append(majorityAtK(answers: answers, gold: gold, k: k))
    }
    return ["values": JSONValue(values)]
  }

  /// An answer as something to compare; nil where it could not be read.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .null: nil
    case .string(let text): text
    default: "\(value)"
    }
  }
}
