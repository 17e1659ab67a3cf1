internal import Crypto
internal import Foundation
internal import HFFiles

extension Checkpoint {
  /// `sha256:…` of a checkpoint's files: for each, in the order of its name, the text `name NUL length NUL`, then its bytes. What the
  /// store's record of a checkpoint is compared with before a run goes on from it.
  static func digest(_ directory: String) throws -> String {
    var hash = SHA256()
    let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    for name in names {
      let path = directory + "/" + name
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      defer { try? file.close() }
      let length = try file.seekToEnd()
      try file.seek(toOffset: 0)
      hash.update(data: Data("\(name)\0\(length)\0".utf8))
      while let piece = try file.read(upToCount: 4 << 20), !piece.isEmpty { hash.update(data: piece) }
    }
    return "sha256:"
      + hash.finalize().map { byte in
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
      }.joined()
  }
}
