/// Text to token ids and back.
///
/// Encoding adds no special tokens of its own; one that stands in the text literally becomes its id.
public protocol Tokenizer: Sendable {
  /// Ids are 0..<vocabSize.
  var vocabSize: Int { get }
  /// Tokens that end a text, in ascending order; a model's config may name more.
  var eosTokenIDs: [Int32] { get }
  var padTokenID: Int32? { get }
  /// What the model expects before every text (beginning of text); empty for most models.
  var prefixTokenIDs: [Int32] { get }

  func encode(_ text: String) throws -> [Int32]

  /// The text of these ids, special tokens left out. Bytes that are not UTF-8, and ids that do not exist, become U+FFFD.
  func decode(_ ids: [Int32]) -> String

  /// The bytes of UTF-8 that a token stands for: joined they are what ``decode(_:)`` shows, but for what it puts U+FFFD in
  /// place of. A character may be spread over several tokens. Empty for special tokens and for ids that do not exist.
  func bytes(of id: Int32) -> [UInt8]

  /// One token to look at: control characters escaped, bytes that are no text as `<0xE4>`.
  func token(_ id: Int32) -> String

  /// The tokenizer as files of a Hugging Face directory, name → contents.
  var files: [String: [UInt8]] { get }
}

extension Tokenizer {
  public var prefixTokenIDs: [Int32] { [] }
}

/// How bytes of a token are shown to a person.
func printable(_ bytes: [UInt8]) -> String {
  guard let text = String(validating: bytes, as: UTF8.self) else {
    return bytes.map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
    }.joined()
  }
  return text.unicodeScalars.reduce(into: "") { shown, scalar in
    switch scalar {
    case "\n": shown += "\\n"
    case "\r": shown += "\\r"
    case "\t": shown += "\\t"
    default:
      if scalar.properties.generalCategory == .control {
        shown += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
  }
}
