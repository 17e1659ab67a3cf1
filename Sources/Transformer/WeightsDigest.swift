internal import Crypto
internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Tensors

/// The digest of weights, as a tree: leaves can be digested on all cores, and a piece that came over a wire by itself.
///
///     leaf     sha256(its bytes)                                 up to 262,144 numbers of one tensor, little-endian fp32
///     tensor   sha256(the digests of its leaves, in order)       32 bytes each
///     weights  sha256(for each tensor, in the bytewise order of names:
///                     name NUL F32 NUL shape,comma,separated NUL digest of the tensor)
///
/// In Python, for one file in fp32; nothing else goes in:
///
///     import json; from hashlib import sha256
///     f = open("model.safetensors", "rb").read()
///     n = 8 + int.from_bytes(f[:8], "little"); h = json.loads(f[8:n]); h.pop("__metadata__", 0)
///     tree = lambda b: sha256(b"".join(sha256(b[i:i + 2**20]).digest() for i in range(0, len(b), 2**20))).digest()
///     part = lambda k, s, o: f"{k}\0F32\0{','.join(map(str, s))}\0".encode() + tree(f[n + o[0]:n + o[1]])
///     parts = [part(k, h[k]["shape"], h[k]["data_offsets"]) for k in sorted(h, key=str.encode)]
///     print("sha256:" + sha256(b"".join(parts)).hexdigest())
struct WeightsDigest {
  /// Numbers of a leaf.
  static let leafCount = 1 << 18

  private var hash = SHA256()

  /// 32 bytes.
  static func leaf(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  /// Those of several leaves, two at a time where they are of one size.
  static func leaves(_ pieces: [[UInt8]]) -> [[UInt8]] {
    var digests: [[UInt8]] = []
    while digests.count < pieces.count {
      let next = digests.count
      if next + 1 < pieces.count, let pair = PairedSHA256.digests(pieces[next], pieces[next + 1]) {
        digests += [Array(pair[..<32]), Array(pair[32...])]
      } else {
        digests.append(leaf(pieces[next]))
      }
    }
    return digests
  }

  /// To be called for all tensors, in the bytewise order of their names.
  mutating func add(_ entry: Parameters.Entry, leaves: some Sequence<[UInt8]>) {
    let shape = entry.shape.map(String.init).joined(separator: ",")
    hash.update(data: Data("\(entry.name)\0F32\0\(shape)\0".utf8))
    var tensor = SHA256()
    for leaf in leaves { tensor.update(data: leaf) }
    hash.update(data: Array(tensor.finalize()))
  }

  /// `sha256:` and 64 digits.
  var text: String {
    "sha256:" + hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Numbers `start ..< end` of a tensor, by leaf.
  static func leaves(of entry: Parameters.Entry) -> [Range<Int>] {
    stride(from: 0, to: entry.count, by: leafCount).map { $0..<min($0 + leafCount, entry.count) }
  }
}

extension Parameters {
  /// `sha256:…` of the weights as they are in memory now; see `WeightsDigest`. All cores take part.
  public var digest: String {
    let sorted = entries.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    let leaves = sorted.map(WeightsDigest.leaves)
    let ranges = zip(sorted, leaves).flatMap { entry, leaves in
      leaves.map { 4 * (entry.offset + $0.lowerBound)..<4 * (entry.offset + $0.upperBound) }
    }
    let digests = Self.onAllCores(ranges.count) { WeightsDigest.leaves(ranges[$0].map { flat.bytes($0) }) }
    var digest = WeightsDigest()
    var next = 0
    for (entry, leaves) in zip(sorted, leaves) {
      digest.add(entry, leaves: digests[next..<next + leaves.count])
      next += leaves.count
    }
    return digest.text
  }

  private static func onAllCores<Value: Sendable>(
    _ count: Int, _ make: @Sendable (Range<Int>) -> [Value]
  ) -> [Value] {
    let made = Mutex<[Int: [Value]]>([:])
    // Several at a time, as many leaves are vectors of a few hundred bytes.
    let stretches = min((count + 1) / 2, 64)
    DispatchQueue.concurrentPerform(iterations: stretches) { stretch in
      let values = make(count * stretch / stretches..<count * (stretch + 1) / stretches)
      made.withLock { $0[stretch] = values }
    }
    return made.withLock { made in (0..<stretches).flatMap { made[$0] ?? [] } }
  }
}
