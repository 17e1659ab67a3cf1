internal import Crypto
internal import Foundation

/// The files that a worker needs of a model besides its weights: configuration and tokenizer.
public struct ModelKit: Sendable, Hashable {
  public struct File: Sendable, Hashable {
    public var name: String
    public var bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// In the bytewise order of their names.
  public let files: [File]
  /// `sha256:…` over ``encoded``.
  public let digest: String
  /// For each file one byte with the length of its name, the name, the size as 8 little-endian bytes; a byte 0; all contents.
  package let encoded: [UInt8]

  /// Of everything that is sent.
  public var byteCount: Int { encoded.count }

  /// Characters of a file's name, number of files, and bytes in all, at most.
  static let nameLimit = 128
  static let fileLimit = 64
  static let byteLimit = 256 << 20

  /// - Throws: ``WeightsError`` where a name is not a plain one (a kit must not write where it likes) or there is too much.
  public init(_ files: [File]) throws(WeightsError) {
    guard files.count <= Self.fileLimit else {
      throw .badFiles("are \(files.count), but \(Self.fileLimit) are allowed")
    }
    let sorted = files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var size = 1
    for (index, file) in sorted.enumerated() {
      guard Self.isPlain(file.name), index == 0 || sorted[index - 1].name != file.name else {
        throw .badFileName(file.name)
      }
      size += 9 + file.name.utf8.count + min(file.bytes.count, Self.byteLimit + 1)
    }
    guard size <= Self.byteLimit else { throw .badFiles("have more than \(Self.byteLimit) bytes") }
    self.files = sorted
    var encoded: [UInt8] = []
    encoded.reserveCapacity(size)
    for file in sorted {
      encoded.append(UInt8(file.name.utf8.count))
      encoded += Array(file.name.utf8)
      encoded += (0..<8).map { UInt8(truncatingIfNeeded: file.bytes.count >> (8 * $0)) }
    }
    encoded.append(0)
    for file in sorted { encoded += file.bytes }
    self.encoded = encoded
    digest = Digest256(SHA256.hash(data: encoded)).text
  }

  /// Reads what ``encoded`` is, from wherever.
  package init(encoded: [UInt8]) throws(WeightsError) {
    var names: [(name: String, size: Int)] = []
    var rest = encoded[...]
    while let length = rest.popFirst(), length > 0 {
      guard names.count < Self.fileLimit, rest.count >= Int(length) + 8 else {
        throw .badFiles("end in the middle of their names, or are too many")
      }
      let name = String(decoding: rest.prefix(Int(length)), as: UTF8.self)
      rest.removeFirst(Int(length))
      let size = rest.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      rest.removeFirst(8)
      guard size <= UInt64(Self.byteLimit) else { throw .badFiles("have more than \(Self.byteLimit) bytes") }
      names.append((name, Int(size)))
    }
    var files: [File] = []
    for (name, size) in names {
      guard rest.count >= size else { throw .badFiles("end in the middle of `\(name.prefix(80))`") }
      files.append(File(name: name, bytes: Array(rest.prefix(size))))
      rest.removeFirst(size)
    }
    guard rest.isEmpty else { throw .badFiles("have \(rest.count) bytes too many") }
    let kit = try Self(files)
    guard kit.encoded == encoded else { throw .badFiles("are not in the order of their names") }
    self = kit
  }

  private static func isPlain(_ name: String) -> Bool {
    (1...nameLimit).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: ".")
      && name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._-".utf8.contains(byte)
      }
  }
}
