/// The answers that a ground truth accepts: a JSON array of strings holds several, an object those under its
/// `target` (as in Search-R1's data, arXiv:2503.09516), anything else is one.
struct GoldTexts {
  static let maximumCount = 1000

  /// How a ground truth is read.
  enum Reading: String, Sendable, CaseIterable {
    /// A JSON array of strings is several answers, an object has them under `target`, anything else is one.
    case auto
    /// It is the answer, whatever it looks like.
    case single
    /// It must be a JSON array of strings, or an object with one under `target`.
    case list
  }

  /// Blanks at the ends left out; none of them empty, and at least one.
  let texts: [Bytes]

  /// - Throws: Where there is no answer that is not empty, or where there are too many.
  init(_ groundTruth: Bytes, _ reading: Reading) throws(UnusableGold) {
    let text = groundTruth.trimmed()
    var texts = [text]
    if reading != .single, let value = Self.json(in: text) {
      switch value {
      case .array:
        if let list = Self.list(in: value) {
          texts = list
        } else if reading == .list {
          throw .noAnswer
        }
      case .object: texts = try Self.target(of: value, reading)
      default: if reading == .list { throw .noAnswer }
      }
    } else if reading == .list {
      throw .noAnswer
    }
    self.texts = texts.map { $0.trimmed() }.filter { !$0.isEmpty }
    if self.texts.isEmpty || self.texts.count > Self.maximumCount { throw .noAnswer }
  }

  private static func json(in text: Bytes) -> JSONValue? {
    guard text.first == UInt8(ascii: "[") || text.first == UInt8(ascii: "{") else { return nil }
    return try? JSONParser.whole(text).value
  }

  private static func list(in value: JSONValue) -> [Bytes]? {
    guard case .array(let items) = value else { return nil }
    let texts = items.compactMap { item -> Bytes? in
      guard case .string(let text) = item else { return nil }
      return text[...]
    }
    return texts.count == items.count ? texts : nil
  }

  private static func target(of value: JSONValue, _ reading: Reading) throws(UnusableGold) -> [Bytes] {
    guard let target = value["target"] else { throw .unknownObject }
    if let list = list(in: target) { return list }
    guard reading == .auto, case .string(let text) = target else { throw .unknownObject }
    return [text[...]]
  }
}

/// Why a ground truth holds no answer.
enum UnusableGold: Error {
  case noAnswer
  /// A JSON object of another form.
  case unknownObject

  /// As a verdict says it.
  var rule: String {
    switch self {
    case .noAnswer: "the ground truth holds no answer, or more than \(GoldTexts.maximumCount)"
    case .unknownObject:
      "the ground truth is a JSON object without a text, or a list of texts, under `target`"
    }
  }
}
