/// One token per byte of UTF-8: any text, no vocabulary to learn. Ids 0…255 are the bytes, 256 `<|pad|>`, 257 `<|endoftext|>`.
public struct ByteTokenizer: Tokenizer, Hashable {
  public init() {}

  /// What a model needs at least.
  public static let vocabSize = 258

  public var vocabSize: Int { Self.vocabSize }
  public var eosTokenIDs: [Int32] { [Self.endOfTextID] }
  public var padTokenID: Int32? { Self.padID }

  public func encode(_ text: String) -> [Int32] {
    Self.specials.split(Array(text.utf8)).flatMap { part in
      switch part {
      case .token(let id): [id]
      case .text(let bytes): bytes.map(Int32.init)
      }
    }
  }

  public func decode(_ ids: [Int32]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(ids.count)
    for id in ids where id != Self.padID && id != Self.endOfTextID {
      if let byte = UInt8(exactly: id) { bytes.append(byte) } else { bytes += "\u{FFFD}".utf8 }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func bytes(of id: Int32) -> [UInt8] { UInt8(exactly: id).map { [$0] } ?? [] }

  public func token(_ id: Int32) -> String {
    switch id {
    case Self.padID: OwnSpecialToken.pad
    case Self.endOfTextID: OwnSpecialToken.endOfText
    default: UInt8(exactly: id).map { printable([$0]) } ?? "\u{FFFD}"
    }
  }

  public var files: [String: [UInt8]] {
    let vocab = ByteLevelAlphabet.scalars.enumerated().map {
      "\(quotedJSON(String($0.element))): \($0.offset)"
    }
    let byteLevel =
      #"{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}"#
    return ownTokenizerFiles(
      model: """
        {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, \
        "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false, \
        "vocab": {\(vocab.joined(separator: ", "))}, "merges": []}
        """,
      preTokenizer: byteLevel, decoder: byteLevel, padTokenID: Self.padID, eosTokenID: Self.endOfTextID)
  }

  private static let padID: Int32 = 256
  private static let endOfTextID: Int32 = 257
  private static let specials = AddedTokens([
    OwnSpecialToken.pad: padID, OwnSpecialToken.endOfText: endOfTextID,
  ])
}

extension ByteTokenizer {
  /// The tokenizer of a file that ``files`` wrote; nil if it is not one.
  init?(file: TokenizerFile) {
    let added = file.addedTokens.map { [$0.content: $0.id] }
    guard file.model.type == "BPE", file.model.merges?.isEmpty == true, file.normalizer == nil,
      file.preTokenizer?.type == "ByteLevel", file.preTokenizer?.useRegex == false,
      added == [[OwnSpecialToken.pad: Int(Self.padID)], [OwnSpecialToken.endOfText: Int(Self.endOfTextID)]],
      let vocab = file.model.vocab, vocab.count == 256,
      ByteLevelAlphabet.scalars.enumerated().allSatisfy({ vocab[String($0.element)] == $0.offset })
    else { return nil }
    self.init()
  }
}
