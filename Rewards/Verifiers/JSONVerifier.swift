/// The JSON in a response: is there any, does it keep to a schema, is it the ground truth?
public struct JSONVerifier: Verifier {
  enum Mode: String, Sendable, CaseIterable {
    case valid, schema, equals
  }

  public static let description = VerifierDescription(
    name: "json", summary: "JSON that is valid, keeps to a schema, or equals the ground truth.",
    groundTruth: "`equals`: JSON; `schema`: the schema where the recipe gives none; `valid`: not read",
    answer:
      "the last block fenced as `json` or as nothing; else the whole text, if it is JSON; else its last "
      + "object or array",
    rules: [
      "RFC 8259 to the letter; a key twice in one object is wrong. What is cut off is no answer.",
      "`equals`: numbers by value (1 = 1.0 = 10e-1), objects in any order, arrays in theirs or `unordered`.",
      "`valid` says nothing of the content: `{}` will do.",
      "`schema` knows type, enum, const, properties, required, additionalProperties, min/maxProperties, "
        + "items, min/maxItems, uniqueItems, minimum, maximum, exclusiveMinimum/Maximum, min/maxLength, "
        + "pattern, allOf, anyOf, oneOf, not and $ref within the schema. Any other keyword is an error.",
      "At most \(JSONParser.maximumLength) bytes and \(JSONParser.maximumDepth) levels.",
    ],
    parameters: [
      .init("mode", "valid, schema or equals", standard: "equals", "what is asked of the value"),
      .init(
        "schema", "a JSON schema, as a map or as JSON text", standard: "the ground truth",
        "what the value must keep to; only with `mode: schema`"),
      .init(
        "unordered", "true or false", standard: "false",
        "compare arrays as multisets; only with `mode: equals`"),
    ],
    examples: [
      .init("```json\n{\"b\": [1, 2], \"a\": 1.0}\n```", groundTruth: #"{"a": 1, "b": [1, 2]}"#, score: 1),
      .init(#"{"a": 1, "b": [2, 1]}"#, groundTruth: #"{"a": 1, "b": [1, 2]}"#, score: 0),
      .init(#"[2, 1]"#, groundTruth: "[1, 2]", score: 1, parameters: ["unordered": true]),
      .init(#"{"a": 1, "a": 2}"#, score: 0, parameters: ["mode": "valid"]),
      .init(
        #"So: {"age": 7}"#, score: 1,
        parameters: [
          "mode": "schema", "schema": ["required": ["age"], "properties": ["age": ["type": "integer"]]],
        ]),
      .init(
        #"{"age": "7"}"#, score: 0,
        parameters: [
          "mode": "schema", "schema": ["required": ["age"], "properties": ["age": ["type": "integer"]]],
        ]),
    ],
    source: "JSON Schema 2020-12, a subset")

  private let mode: Mode
  /// nil = the ground truth is the schema.
  private let schema: JSONSchema?
  private let isUnordered: Bool

  public init() {
    (mode, schema, isUnordered) = (.equals, nil, false)
  }

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    mode = try parameters.choice("mode", standard: .equals)
    isUnordered = try parameters.bool("unordered", standard: false)
    if isUnordered, mode != .equals {
      throw VerifierParameterError("unordered", "is true, which only `mode: equals` can use")
    }
    guard let value = parameters["schema"] else {
      schema = nil
      return
    }
    if mode != .schema {
      throw VerifierParameterError("schema", "is given, but `mode` is `\(mode.rawValue)`")
    }
    schema = try Self.schema(value)
  }

  private static func schema(_ value: ParameterValue) throws(VerifierParameterError) -> JSONSchema {
    if case .text(let text) = value { return try schema(Bytes(text.utf8)) }
    guard let json = JSONValue(value) else {
      throw VerifierParameterError("schema", "holds a number that JSON has not")
    }
    return try JSONSchema(json, key: "schema")
  }

  private static func schema(_ text: Bytes) throws(VerifierParameterError) -> JSONSchema {
    let read: (value: JSONValue, duplicateKey: [UInt8]?)
    do {
      read = try JSONParser.whole(text)
    } catch {
      throw VerifierParameterError("schema", "is not JSON that can be read")
    }
    if let key = read.duplicateKey {
      throw VerifierParameterError("schema", "has the key `\(key[...].excerpt)` twice in one object")
    }
    return try JSONSchema(read.value, key: "schema")
  }

  public func verify(_ completion: Completion) -> Verdict {
    let gold = Bytes(completion.groundTruth.utf8)
    let claim: Claim
    switch claimed(by: gold) {
    case .success(let given): claim = given
    case .failure(let unusable): return .noVerdict(gold: gold, rule: unusable.rule)
    }
    guard let scope = answerScope(of: completion.text) else {
      return .noAnswer(gold: gold, rule: unclosedThinkingRule)
    }
    switch JSONAnswer(in: scope) {
    case .missing(let rule): return .noAnswer(gold: gold, rule: rule)
    case .malformed(let text, let why): return .judged(false, extracted: text, gold: gold, rule: why)
    case .limit(let text, let why): return .limit(extracted: text, gold: gold, rule: why)
    case .found(let value, let duplicateKey, let text):
      if let duplicateKey {
        return .judged(
          false, extracted: text, gold: gold,
          rule: "the key `\(duplicateKey[...].excerpt)` stands twice in one object")
      }
      return verdict(on: value, text, claim, gold)
    }
  }

  /// What a value must meet.
  private enum Claim {
    case valid
    case schema(JSONSchema)
    case equals([UInt8])
  }

  private struct UnusableGold: Error {
    var rule: String
  }

  private func claimed(by gold: Bytes) -> Result<Claim, UnusableGold> {
    switch mode {
    case .valid: return .success(.valid)
    case .schema:
      if let schema { return .success(.schema(schema)) }
      do {
        return .success(.schema(try Self.schema(gold)))
      } catch {
        return .failure(UnusableGold(rule: "the ground truth as `\(error.parameter)` \(error.problem)"))
      }
    case .equals:
      guard let read = try? JSONParser.whole(gold), read.duplicateKey == nil else {
        return .failure(UnusableGold(rule: "the ground truth is not JSON that can be read"))
      }
      return .success(.equals(read.value.canonical(unordered: isUnordered)))
    }
  }

  private func verdict(on value: JSONValue, _ text: Bytes, _ claim: Claim, _ gold: Bytes) -> Verdict {
    switch claim {
    case .valid: return .judged(true, extracted: text, gold: gold, rule: "valid JSON")
    case .equals(let wanted):
      return .judged(
        value.canonical(unordered: isUnordered) == wanted, extracted: text, gold: gold,
        rule: "compared with the ground truth by value")
    case .schema(let schema):
      do {
        try JSONSchemaCheck.check(value, schema)
        return .judged(true, extracted: text, gold: gold, rule: "keeps to the schema")
      } catch {
        return switch error {
        case .mismatch(let why): .judged(false, extracted: text, gold: gold, rule: why)
        case .limit(let what): .limit(extracted: text, gold: gold, rule: what)
        }
      }
    }
  }
}
