internal import Foundation

/// Keys in files: `NAME.key` with both halves, which only its owner may read, and `NAME.pub` with the public half.
///
///     NAME.key   one line `NAME PUBLIC-KEY SECRET-KEY`
///     NAME.pub   one line `NAME PUBLIC-KEY`, which is also a line of a list of authorized keys
///
/// Lines that begin with `#` say something to people.
public enum KeyFile {
  /// Writes a new pair into a folder; neither file may be there yet.
  ///
  /// - Parameters:
  ///   - keys: What to write.
  ///   - directory: Where; it must exist.
  /// - Returns: The paths of `NAME.key` and `NAME.pub`.
  /// - Throws: Where a file is there already, or cannot be written.
  public static func write(
    _ keys: CurveKeyPair, into directory: String
  ) throws(TransportError) -> (secret: String, open: String) {
    let start = directory.isEmpty ? keys.name : directory + (directory.hasSuffix("/") ? "" : "/") + keys.name
    let (secret, open) = (start + ".key", start + ".pub")
    guard !FileManager.default.fileExists(atPath: open) else { throw TransportError(open, .keyExists) }
    let line = "\(keys.name) \(keys.publicKey)"
    try KeyLines.create(
      secret,
      "# apus CURVE key; who has this file is `\(keys.name)`, so keep it to yourself\n\(line) \(keys.secretKey)\n",
      mode: 0o600)
    try KeyLines.create(open, "\(line)\n", mode: 0o644)
    return (secret, open)
  }

  /// Reads `NAME.key`; one that others than its owner may read or write is refused.
  public static func read(_ path: String) throws(TransportError) -> CurveKeyPair {
    let (mode, lines) = try KeyLines.read(path)
    if lines.count == 1, AuthorizedKeys.Entry(lines[0].words) != nil {
      throw TransportError(path, .publicForSecret)
    }
    guard mode & 0o077 == 0 else {
      throw TransportError(path, .readableByOthers(mode: KeyLines.words(of: mode)))
    }
    guard lines.count == 1, let line = lines.first, line.words.count == 3,
      let key = CurvePublicKey(line.words[1])
    else { throw TransportError(path, .notAKeyFile(line: nil, isSecret: true)) }
    return try CurveKeyPair(name: line.words[0], publicKey: key, secretKey: line.words[2], at: path)
  }

  /// Reads `NAME.pub`.
  public static func readPublic(_ path: String) throws(TransportError) -> AuthorizedKeys.Entry {
    let (_, lines) = try KeyLines.read(path)
    if lines.count == 1, lines[0].words.count == 3, CurvePublicKey(lines[0].words[1]) != nil {
      throw TransportError(path, .secretForPublic)
    }
    guard lines.count == 1, let line = lines.first, let entry = AuthorizedKeys.Entry(line.words) else {
      throw TransportError(path, .notAKeyFile(line: nil, isSecret: false))
    }
    return entry
  }
}
