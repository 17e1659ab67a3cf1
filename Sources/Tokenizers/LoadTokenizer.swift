private import Foundation

/// Which tokenizer a model directory gets.
public enum TokenizerChoice: String, Sendable, CaseIterable {
  /// The directory's own; without one, bytes where the model has rows for them, else characters.
  case automatic
  case byte
  case character
}

/// A tokenizer, and how it was come by.
public struct LoadedTokenizer: Sendable {
  public var tokenizer: any Tokenizer
  /// Which one and why, for the log.
  public var note: String

  public init(tokenizer: any Tokenizer, note: String) {
    self.tokenizer = tokenizer
    self.note = note
  }
}

/// The tokenizer of a Hugging Face directory.
///
/// - Parameters:
///   - directory: Where `tokenizer.json` and `tokenizer_config.json` may be.
///   - vocabSize: Rows of the model's embedding; a tokenizer with an id beyond them is refused.
///   - choice: Whether to look at the directory at all.
/// - Returns: The tokenizer, and a note for the log that says which one it is and why.
/// - Throws: ``TokenizersError`` that names the file.
public func loadTokenizer(
  directory: String, vocabSize: Int, choice: TokenizerChoice = .automatic
) throws -> LoadedTokenizer {
  switch choice {
  case .byte: return try own(ByteTokenizer(), "byte", "chosen", directory, vocabSize)
  case .character: return try own(CharacterTokenizer.ascii, "character", "chosen", directory, vocabSize)
  case .automatic: break
  }
  let names: Set<String>
  do { names = Set(try FileManager.default.contentsOfDirectory(atPath: directory)) } catch {
    throw TokenizersError(.inaccessible("cannot be listed (\(error.localizedDescription))"), path: directory)
  }
  if names.contains("tokenizer.json") {
    return try read(directory: directory, names: names, vocabSize: vocabSize)
  }
  if let other = ["tokenizer.model", "vocab.json", "vocab.txt", "tiktoken.model"].first(where: names.contains)
  {
    throw TokenizersError(.otherFormat(file: other), path: directory)
  }
  let reason = "no tokenizer.json there, and `vocab_size` is \(vocabSize)"
  return vocabSize >= ByteTokenizer.vocabSize
    ? try own(ByteTokenizer(), "byte", reason, directory, vocabSize)
    : try own(CharacterTokenizer.ascii, "character", reason, directory, vocabSize)
}

extension Tokenizer {
  /// Writes ``files`` into a directory that exists.
  public func save(to directory: String) throws {
    for (name, contents) in files {
      let path = directory + "/" + name
      do { try Data(contents).write(to: URL(filePath: path)) } catch {
        throw TokenizersError(.inaccessible("cannot be written (\(error.localizedDescription))"), path: path)
      }
    }
  }
}

/// One of our own tokenizers, for a directory without a file.
private func own(
  _ tokenizer: any Tokenizer, _ kind: String, _ reason: String, _ directory: String, _ vocabSize: Int
) throws -> LoadedTokenizer {
  guard tokenizer.vocabSize <= vocabSize else {
    throw TokenizersError(
      .nothingFits(kind: kind, needed: tokenizer.vocabSize, vocabSize: vocabSize), path: directory)
  }
  return LoadedTokenizer(
    tokenizer: tokenizer, note: "\(kind) tokenizer with \(tokenizer.vocabSize) ids: \(reason)")
}

/// The tokenizer of a `tokenizer.json`.
private func read(directory: String, names: Set<String>, vocabSize: Int) throws -> LoadedTokenizer {
  var files: [String: [UInt8]] = [:]
  for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"]
  where names.contains(name) {
    let path = directory + "/" + name
    do { files[name] = Array(try Data(contentsOf: URL(filePath: path))) } catch {
      throw TokenizersError(.inaccessible("cannot be read (\(error.localizedDescription))"), path: path)
    }
  }
  let path = directory + "/tokenizer.json"
  let file = try decodeJSON(TokenizerFile.self, from: files["tokenizer.json"] ?? [], path: path)
  let configuration = try files["tokenizer_config.json"].map {
    try decodeJSON(TokenizerConfigurationFile.self, from: $0, path: directory + "/tokenizer_config.json")
  }

  let tokenizer: any Tokenizer
  let kind: String
  if let characters = CharacterTokenizer(file: file) {
    (tokenizer, kind) = (characters, "character tokenizer")
  } else if let bytes = ByteTokenizer(file: file) {
    (tokenizer, kind) = (bytes, "byte tokenizer")
  } else {
    tokenizer = try BPETokenizer(file: file, configuration: configuration, files: files, path: path)
    kind = "byte-level BPE"
  }
  guard tokenizer.vocabSize <= vocabSize else {
    let id = tokenizer.vocabSize - 1
    throw TokenizersError(
      .idBeyondVocabulary(token: tokenizer.token(Int32(id)), id: id, vocabSize: vocabSize), path: path)
  }
  let end = tokenizer.eosTokenIDs.map { "`\(tokenizer.token($0))`" }.joined(separator: ", ")
  return LoadedTokenizer(
    tokenizer: tokenizer,
    note: "\(kind) with \(tokenizer.vocabSize) ids from \(path), "
      + (end.isEmpty ? "which names no end token" : "end of text \(end)"))
}
