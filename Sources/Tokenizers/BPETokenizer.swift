private import Foundation

/// Byte-level byte-pair encoding, as GPT-2, Llama 3 and Qwen have it, read from a `tokenizer.json`.
///
/// Encoding: added tokens are found first; the rest is normalized (NFC where the file says so), cut into words, and
/// within each word the pairs of bytes that the file lists are merged. No token is added at either end; see
/// ``prefixTokenIDs``. NFC is Foundation's, whose Unicode tables are older than those of the `tokenizers` library: of
/// 4,000 random texts from all of Unicode, two with marks newer than that came out in another order.
public struct BPETokenizer: Tokenizer {
  public let vocabSize: Int
  public let eosTokenIDs: [Int32]
  public let padTokenID: Int32?
  public let prefixTokenIDs: [Int32]
  /// As they were read.
  public let files: [String: [UInt8]]

  /// Bytes of each id, `[vocabSize]`; nil where there is no such token.
  private let bytes: [[UInt8]?]
  private let special: Set<Int32>
  /// Token of each byte, `[256]`.
  private let byteIDs: [Int32?]
  private let merges: MergeTable
  /// Words that are tokens as they stand, whatever the merges say (`ignore_merges`); empty where merges decide.
  private let wholeWords: [[UInt8]: Int32]
  private let rawAdded: AddedTokens
  private let normalizedAdded: AddedTokens
  private let normalizesToNFC: Bool
  private let preTokenizer: PreTokenizer

  public func encode(_ text: String) throws -> [Int32] {
    var ids: [Int32] = []
    for part in rawAdded.split(Array(text.utf8)) {
      switch part {
      case .token(let id): ids.append(id)
      case .text(let bytes):
        for inner in normalizedAdded.split(normalized(bytes)) {
          switch inner {
          case .token(let id): ids.append(id)
          case .text(let bytes): try encode(plain: bytes, into: &ids)
          }
        }
      }
    }
    return ids
  }

  public func decode(_ ids: [Int32]) -> String {
    var text: [UInt8] = []
    for id in ids where !special.contains(id) {
      text += bytes.indices.contains(Int(id)) ? bytes[Int(id)] ?? Self.replacement : Self.replacement
    }
    return String(decoding: text, as: UTF8.self)
  }

  public func bytes(of id: Int32) -> [UInt8] {
    bytes.indices.contains(Int(id)) && !special.contains(id) ? bytes[Int(id)] ?? [] : []
  }

  public func token(_ id: Int32) -> String {
    printable(bytes.indices.contains(Int(id)) ? bytes[Int(id)] ?? Self.replacement : Self.replacement)
  }

  private static let replacement = Array("\u{FFFD}".utf8)

  private func normalized(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard normalizesToNFC, text.contains(where: { $0 >= 0x80 }) else { return Array(text) }
    return Array(String(decoding: text, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)
  }

  private func encode(plain text: ArraySlice<UInt8>, into ids: inout [Int32]) throws {
    let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
    var start = text.startIndex
    for piece in preTokenizer.pieces(of: scalars) {
      let end = scalars[piece].reduce(start) { $0 + UTF8.width($1) }
      let word = text[start..<end]
      start = end
      if !wholeWords.isEmpty, let id = wholeWords[Array(word)] {
        ids.append(id)
        continue
      }
      let symbols = try word.map { byte in
        guard let id = byteIDs[Int(byte)] else { throw TokenizersError(.noTokenForByte(byte)) }
        return id
      }
      ids += merges.apply(to: symbols)
    }
  }
}

extension BPETokenizer {
  /// - Parameters:
  ///   - file: The parsed `tokenizer.json`.
  ///   - configuration: The parsed `tokenizer_config.json`, if there is one.
  ///   - files: What to write when the model is exported.
  ///   - path: Of `tokenizer.json`, for errors.
  /// - Throws: ``TokenizersError`` that names the option that is not understood, or the part that is broken.
  init(
    file: TokenizerFile, configuration: TokenizerConfigurationFile?, files: [String: [UInt8]], path: String
  ) throws {
    func unsupported(_ what: String) -> TokenizersError { TokenizersError(.unsupported(what), path: path) }
    func malformed(_ what: String) -> TokenizersError { TokenizersError(.malformed(what), path: path) }

    let model = file.model
    guard model.type == "BPE" || (model.type == nil && model.merges != nil) else {
      throw unsupported("`model.type` is \(model.type.map { "`\($0)`" } ?? "missing")")
    }
    guard let vocab = model.vocab, !vocab.isEmpty else {
      throw malformed("`model.vocab` is missing or empty")
    }
    guard model.byteFallback != true else { throw unsupported("`model.byte_fallback` is on") }
    guard model.dropout ?? 0 == 0 else { throw unsupported("`model.dropout` is on") }
    guard (model.continuingSubwordPrefix ?? "").isEmpty, (model.endOfWordSuffix ?? "").isEmpty else {
      throw unsupported("`model` marks the ends of words (continuing_subword_prefix, end_of_word_suffix)")
    }
    normalizesToNFC = try Self.readNormalizer(file.normalizer, unsupported)
    preTokenizer = try Self.readPreTokenizer(file.preTokenizer, unsupported)

    var idOf = vocab
    for token in file.addedTokens {
      guard token.lstrip != true, token.rstrip != true, token.singleWord != true else {
        throw unsupported(
          "the added token `\(token.content)` takes spaces or word ends into account (lstrip, rstrip, single_word)"
        )
      }
      idOf[token.content] = token.id
    }
    guard let highest = idOf.values.max(), let lowest = idOf.values.min(), lowest >= 0, highest < 1 << 24
    else {
      throw malformed(
        "ids run from \(idOf.values.min() ?? 0) to \(idOf.values.max() ?? 0), allowed are 0…\(1 << 24 - 1)")
    }

    var bytes = [[UInt8]?](repeating: nil, count: highest + 1)
    for (token, id) in idOf {
      guard bytes[id] == nil else {
        throw malformed("id \(id) belongs to two tokens, one of them `\(token)`")
      }
      bytes[id] = ByteLevelAlphabet.bytes(of: token) ?? Array(token.utf8)
    }
    byteIDs = ByteLevelAlphabet.scalars.map { vocab[String($0)].map(Int32.init) }
    merges = try Self.readMerges(model.merges ?? [], vocab, malformed)
    wholeWords =
      model.ignoreMerges == true
      ? Dictionary(vocab.map { (bytes[$0.value] ?? [], Int32($0.value)) }, uniquingKeysWith: min) : [:]

    let added = file.addedTokens.map { ($0, Int32($0.id)) }
    special = Set(added.filter { $0.0.special == true }.map(\.1))
    rawAdded = AddedTokens(added.filter { $0.0.normalized != true }.contents)
    let nfc = normalizesToNFC
    normalizedAdded = AddedTokens(
      added.filter { $0.0.normalized == true }.contents.mapKeys {
        nfc ? $0.precomposedStringWithCanonicalMapping : $0
      })

    func named(_ token: String?, _ key: String) throws -> Int32? {
      guard let token else { return nil }
      guard let id = idOf[token] else {
        throw malformed("there is no token `\(token)`, which tokenizer_config.json names as `\(key)`")
      }
      return Int32(id)
    }
    eosTokenIDs = try named(configuration?.eosToken?.content, "eos_token").map { [$0] } ?? []
    padTokenID = try named(configuration?.padToken?.content, "pad_token")
    prefixTokenIDs = file.prefixTokens.compactMap { idOf[$0].map(Int32.init) }
    vocabSize = bytes.count
    self.bytes = bytes
    self.files = files
  }

  /// Whether the text is to be brought to NFC.
  private static func readNormalizer(
    _ component: TokenizerFile.Component?, _ unsupported: (String) -> TokenizersError
  ) throws -> Bool {
    guard let component else { return false }
    switch component.type {
    case "NFC": return true
    case "Sequence":
      return try (component.normalizers ?? []).reduce(false) { try readNormalizer($1, unsupported) || $0 }
    default: throw unsupported("`normalizer.type` is `\(component.type)`")
    }
  }

  /// A chain that ends in ByteLevel.
  private static func readPreTokenizer(
    _ component: TokenizerFile.Component?, _ unsupported: (String) -> TokenizersError
  ) throws -> PreTokenizer {
    guard let component else { throw unsupported("`pre_tokenizer` is missing") }
    let chain = component.type == "Sequence" ? component.pretokenizers ?? [] : [component]
    guard let last = chain.last, last.type == "ByteLevel" else {
      throw unsupported("`pre_tokenizer` does not end with `ByteLevel`")
    }
    guard last.addPrefixSpace != true else { throw unsupported("`pre_tokenizer.add_prefix_space` is on") }
    var steps: [PreTokenizer.Step] = try chain.dropLast().map { step in
      switch step.type {
      case "Digits": return .digits(individual: step.individualDigits ?? false)
      case "Split" where step.behavior == "Isolated" && step.invert != true:
        guard let pattern = step.pattern?.regex.flatMap(WordPattern.init(regex:)) else {
          throw unsupported(
            "the split pattern `\(step.pattern?.regex ?? step.pattern?.string ?? "")` is unknown")
        }
        return .words(pattern)
      default: throw unsupported("`pre_tokenizer` has a step `\(step.type)` of a kind that is unknown")
      }
    }
    if last.useRegex ?? true { steps.append(.words(.gpt2)) }
    return PreTokenizer(steps: steps)
  }

  private static func readMerges(
    _ merges: [TokenizerFile.Merge], _ vocab: [String: Int], _ malformed: (String) -> TokenizersError
  ) throws -> MergeTable {
    var table = MergeTable(reserving: merges.count)
    for (rank, merge) in merges.enumerated() {
      func id(_ token: String) throws -> Int32 {
        guard let id = vocab[token] else {
          throw malformed("`model.merges[\(rank)]` needs the token `\(token)`, which `model.vocab` lacks")
        }
        return Int32(id)
      }
      let (left, right) = (String(merge.left), String(merge.right))
      table.add(left: try id(left), right: try id(right), merged: try id(left + right), rank: rank)
    }
    return table
  }
}

extension TokenizerFile {
  /// Special tokens that the post-processor puts before a text.
  fileprivate var prefixTokens: [String] {
    let processors = postProcessor.map { $0.type == "Sequence" ? $0.processors ?? [] : [$0] } ?? []
    let template = processors.first { $0.type == "TemplateProcessing" }?.single ?? []
    return template.prefix { $0.specialToken != nil }.compactMap { $0.specialToken?.id }
  }
}

extension [(TokenizerFile.AddedToken, Int32)] {
  fileprivate var contents: [String: Int32] {
    Dictionary(map { ($0.0.content, $0.1) }, uniquingKeysWith: { $1 })
  }
}

extension [String: Int32] {
  fileprivate func mapKeys(_ transform: (String) -> String) -> [String: Int32] {
    Dictionary(map { (transform($0.key), $0.value) }, uniquingKeysWith: { $1 })
  }
}
