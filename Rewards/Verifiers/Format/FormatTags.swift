/// The names of the tags round thinking and answer.
struct FormatTags: Sendable {
  var thinking = "think"
  var answer = "answer"

  static let standard = FormatTags()

  private init() {}

  init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    thinking = try Self.name("thinking_tag", parameters) ?? "think"
    answer = try Self.name("answer_tag", parameters) ?? "answer"
    if thinking == answer {
      throw VerifierParameterError("answer_tag", "is `\(answer)`, but must differ from `thinking_tag`")
    }
  }

  private static func name(
    _ key: String, _ parameters: VerifierParameters
  ) throws(VerifierParameterError) -> String? {
    guard let name = try parameters.text(key) else { return nil }
    let isName = name.utf8.allSatisfy {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
    guard isName, (1...32).contains(name.utf8.count) else {
      throw VerifierParameterError(
        key, "is `\(name)`, but must be 1 to 32 of letters, digits, `_` and `-`, without brackets")
    }
    return name
  }

  var opening: String { "<\(thinking)>" }
  var closing: String { "</\(thinking)>" }
  var answerOpening: String { "<\(answer)>" }
  var answerClosing: String { "</\(answer)>" }
}

extension VerifierDescription.Parameter {
  static let thinkingTag = Self(
    "thinking_tag", "a tag's name", standard: "think", "the tag round the thinking")
  static let answerTag = Self("answer_tag", "a tag's name", standard: "answer", "the tag round the answer")
  static let openTagInPrompt = Self(
    "open_tag_in_prompt", "true or false", standard: "false",
    "whether the chat template wrote the opening thinking tag, so that the response begins behind it")
}

extension Verdict {
  /// Of a verifier that looks at the form alone: nothing is compared.
  static func form(_ score: Double, extracted: Bytes? = nil, rule: String) -> Verdict {
    Verdict(
      score: score, status: score >= 1 ? .correct : .incorrect, extracted: extracted?.excerpt, gold: nil,
      rule: rule)
  }
}
