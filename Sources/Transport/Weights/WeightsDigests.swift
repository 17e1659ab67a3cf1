internal import Crypto
internal import Foundation
internal import Tensors

/// The digest of weights as a tree, so that each piece can be checked when it arrives, on any core.
///
///     leaf     sha256(its bytes)                                                  up to 1 MiB of one tensor
///     tensor   sha256(the digests of its leaves, in order)                        32 bytes each
///     weights  sha256(for each tensor: name NUL F32 NUL shape,comma,separated NUL digest of the tensor)
///
/// `Parameters.digest` in `Transformer` is the same, worked out by other code from the memory that a model runs on.
enum WeightsDigests {
  static let leafBytes = 1 << 20

  /// Two at a time where they are of one size, which takes little longer than one.
  static func leaves(_ pieces: [[UInt8]]) -> [Digest256] {
    var digests: [Digest256] = []
    while digests.count < pieces.count {
      let next = digests.count
      if next + 1 < pieces.count, let pair = PairedSHA256.digests(pieces[next], pieces[next + 1]) {
        digests += [Digest256(pair[..<32]), Digest256(pair[32...])]
      } else {
        digests.append(Digest256(SHA256.hash(data: pieces[next])))
      }
    }
    return digests
  }

  /// `sha256:…` of weights whose leaves have these digests.
  static func weights(_ layout: WeightsLayout, _ leaves: [Digest256]) -> String {
    precondition(
      leaves.count == layout.leaves.count, "\(leaves.count) digests of \(layout.leaves.count) leaves")
    var hash = SHA256()
    var next = 0
    for (index, tensor) in layout.tensors.enumerated() {
      var digests: [UInt8] = []
      while next < leaves.count, layout.leaves[next].tensor == index {
        digests += leaves[next].bytes
        next += 1
      }
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      hash.update(data: Array("\(tensor.name)\0F32\0\(shape)\0".utf8))
      hash.update(data: Digest256(SHA256.hash(data: digests)).bytes)
    }
    return Digest256(hash.finalize()).text
  }

  /// Digests of pieces that are made on demand, on all cores; the pieces are returned too.
  static func make(_ count: Int, _ piece: @Sendable (Int) -> [UInt8]) -> (
    pieces: [[UInt8]], digests: [Digest256]
  ) {
    let made = Collected(count)
    // Several pieces at a time, as many are vectors of a few hundred bytes.
    let stretches = min((count + 1) / 2, 64)
    DispatchQueue.concurrentPerform(iterations: stretches) { stretch in
      let range = count * stretch / stretches..<count * (stretch + 1) / stretches
      let pieces = range.map(piece)
      made.put(pieces, leaves(pieces), at: range.lowerBound)
    }
    return made.all
  }
}

/// 32 bytes of SHA-256.
struct Digest256: Sendable, Hashable {
  private let words: (UInt64, UInt64, UInt64, UInt64)

  static let byteCount = 32

  init(_ digest: SHA256.Digest) { self.init(Array(digest)[...]) }

  /// From exactly 32 bytes.
  init(_ bytes: ArraySlice<UInt8>) {
    precondition(bytes.count == Self.byteCount, "a digest of \(bytes.count) bytes")
    func word(_ index: Int) -> UInt64 {
      bytes.dropFirst(8 * index).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
    words = (word(0), word(1), word(2), word(3))
  }

  var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
    }
  }

  /// `sha256:` and 64 digits.
  var text: String {
    "sha256:" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static func == (a: Self, b: Self) -> Bool { a.words == b.words }

  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
  }
}
