/// The answers that a ground truth accepts: a JSON array of strings holds several, anything else is one.
struct GoldTexts {
  static let maximumCount = 1000

  /// How a ground truth is read.
  enum Reading: String, Sendable, CaseIterable {
    /// A JSON array of strings is several answers, anything else is one.
    case auto
    /// It is the answer, whatever it looks like.
    case single
    /// It must be a JSON array of strings.
    case list
  }

  /// Blanks at the ends left out; none of them empty, and at least one.
  let texts: [Bytes]

  /// - Returns: nil where there is no answer that is not empty, or where there are too many.
  init?(_ groundTruth: Bytes, _ reading: Reading) {
    let text = groundTruth.trimmed()
    var texts = [text]
    if reading != .single {
      if let list = Self.list(in: text) {
        texts = list
      } else if reading == .list {
        return nil
      }
    }
    self.texts = texts.map { $0.trimmed() }.filter { !$0.isEmpty }
    if self.texts.isEmpty || self.texts.count > Self.maximumCount { return nil }
  }

  private static func list(in text: Bytes) -> [Bytes]? {
    guard text.first == UInt8(ascii: "["), let read = try? JSONParser.whole(text),
      case .array(let items) = read.value
    else { return nil }
    let texts = items.compactMap { item -> Bytes? in
      guard case .string(let text) = item else { return nil }
      return text[...]
    }
    return texts.count == items.count ? texts : nil
  }
}

/// How a verdict says that a ground truth holds no answer.
let unusableGoldTexts = "the ground truth holds no answer, or more than \(GoldTexts.maximumCount)"
