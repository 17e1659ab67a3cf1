/// One token per character (Unicode scalar), for models trained from scratch.
///
///     0 <|pad|>   1 <|endoftext|>   2 <|unk|>   3… the alphabet
///
/// A character outside the alphabet becomes `<|unk|>`, which decodes to these very letters: a reader must see that
/// something was lost. The other two are special: they decode to nothing.
public struct CharacterTokenizer: Tokenizer, Hashable {
  /// Characters with an id of their own, in the order of their ids.
  public let alphabet: [Unicode.Scalar]
  private let ids: [Unicode.Scalar: Int32]

  /// Line feed, tab, and the 95 printable ASCII characters in code order: 100 ids with the special tokens.
  public static let ascii = CharacterTokenizer(
    unchecked: ["\n", "\t"] + (0x20...0x7E).map { Unicode.Scalar($0) })

  public static let unknownTokenID: Int32 = 2

  /// - Throws: ``TokenizersError`` where a character comes twice, or in two spellings that mean the same (Å and Å).
  public init(alphabet: [Unicode.Scalar]) throws {
    var seen: Set<Character> = []
    for scalar in alphabet where !seen.insert(Character(scalar)).inserted {
      throw TokenizersError(.badAlphabet("the alphabet has `\(printable(Array(String(scalar).utf8)))` twice"))
    }
    self.init(unchecked: alphabet)
  }

  private init(unchecked alphabet: [Unicode.Scalar]) {
    self.alphabet = alphabet
    ids = Dictionary(uniqueKeysWithValues: zip(alphabet, Self.firstCharacterID...))
  }

  public var vocabSize: Int { Int(Self.firstCharacterID) + alphabet.count }
  public var eosTokenIDs: [Int32] { [Self.endOfTextID] }
  public var padTokenID: Int32? { Self.padID }

  public func encode(_ text: String) -> [Int32] {
    Self.specials.split(Array(text.utf8)).flatMap { part in
      switch part {
      case .token(let id): [id]
      case .text(let bytes):
        String(decoding: bytes, as: UTF8.self).unicodeScalars.map { ids[$0] ?? Self.unknownTokenID }
      }
    }
  }

  public func decode(_ ids: [Int32]) -> String {
    ids.reduce(into: "") { text, id in
      switch id {
      case Self.padID, Self.endOfTextID: break
      case Self.unknownTokenID: text += OwnSpecialToken.unknown
      default: text.unicodeScalars.append(scalar(id) ?? "\u{FFFD}")
      }
    }
  }

  public func bytes(of id: Int32) -> [UInt8] {
    if id == Self.unknownTokenID { return Array(OwnSpecialToken.unknown.utf8) }
    return scalar(id).map { Array(String($0).utf8) } ?? []
  }

  public func token(_ id: Int32) -> String {
    switch id {
    case Self.padID: OwnSpecialToken.pad
    case Self.endOfTextID: OwnSpecialToken.endOfText
    case Self.unknownTokenID: OwnSpecialToken.unknown
    default: printable(Array(String(scalar(id) ?? "\u{FFFD}").utf8))
    }
  }

  public var files: [String: [UInt8]] {
    let tokens =
      [OwnSpecialToken.pad, OwnSpecialToken.endOfText, OwnSpecialToken.unknown] + alphabet.map { String($0) }
    let vocab = tokens.enumerated().map { "\(quotedJSON($0.element)): \($0.offset)" }.joined(separator: ", ")
    return ownTokenizerFiles(
      model: """
        {"type": "WordLevel", "vocab": {\(vocab)}, "unk_token": \(quotedJSON(OwnSpecialToken.unknown))}
        """,
      preTokenizer: """
        {"type": "Split", "pattern": {"Regex": \(quotedJSON(Self.anyCharacter))}, "behavior": "Isolated", "invert": false}
        """,
      decoder: #"{"type": "Fuse"}"#, padTokenID: Self.padID, eosTokenID: Self.endOfTextID)
  }

  /// The regular expression by which our `tokenizer.json` cuts a text into characters.
  static let anyCharacter = #"[\s\S]"#

  private static let padID: Int32 = 0
  private static let endOfTextID: Int32 = 1
  private static let firstCharacterID: Int32 = 3
  private static let specials = AddedTokens([
    OwnSpecialToken.pad: padID, OwnSpecialToken.endOfText: endOfTextID,
  ])

  private func scalar(_ id: Int32) -> Unicode.Scalar? {
    let index = Int(id) - Int(Self.firstCharacterID)
    return alphabet.indices.contains(index) ? alphabet[index] : nil
  }
}

extension CharacterTokenizer {
  /// The tokenizer of a file that ``files`` wrote; nil if it is not one.
  init?(file: TokenizerFile) {
    let expected = [OwnSpecialToken.pad: 0, OwnSpecialToken.endOfText: 1, OwnSpecialToken.unknown: 2]
    guard file.model.type == "WordLevel", file.preTokenizer?.pattern?.regex == Self.anyCharacter,
      file.normalizer == nil, file.model.unkToken == OwnSpecialToken.unknown,
      let vocab = file.model.vocab, expected.allSatisfy({ vocab[$0.key] == $0.value }),
      Set(file.addedTokens.map(\.content)) == [OwnSpecialToken.pad, OwnSpecialToken.endOfText]
    else { return nil }
    var alphabet: [Unicode.Scalar] = []
    for (index, entry) in vocab.sorted(by: { $0.value < $1.value }).enumerated() {
      guard entry.value == index else { return nil }
      if index < Int(Self.firstCharacterID) { continue }
      guard let scalar = entry.key.unicodeScalars.first, entry.key.unicodeScalars.count == 1 else {
        return nil
      }
      alphabet.append(scalar)
    }
    self.init(unchecked: alphabet)
  }
}
