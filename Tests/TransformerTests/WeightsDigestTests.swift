import Crypto
import Foundation
import Tensors
import Testing
import Transformer

@Suite struct `Weights digest` {
  /// The documented format, written out again: tensors in the order of their names' bytes, each
  /// `name NUL F32 NUL shape NUL` and the digest of the digests of its leaves of 1 MiB.
  private func documented(_ parameters: Parameters) -> String {
    var bytes: [UInt8] = []
    for entry in parameters.entries.sorted(by: {
      Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8))
    }) {
      bytes += Array(
        "\(entry.name)\u{0}F32\u{0}\(entry.shape.map { "\($0)" }.joined(separator: ","))\u{0}".utf8)
      var numbers: [UInt8] = []
      for value in parameters[entry.name].values {
        let bits = value.bitPattern
        for shift in [0, 8, 16, 24] { numbers.append(UInt8(truncatingIfNeeded: bits >> shift)) }
      }
      var leaves: [UInt8] = []
      for start in stride(from: 0, to: numbers.count, by: 1_048_576) {
        leaves += SHA256.hash(data: numbers[start..<min(start + 1_048_576, numbers.count)])
      }
      bytes += SHA256.hash(data: leaves)
    }
    return "sha256:" + SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  @Test(arguments: exportedShapes)
  func `is SHA-256 over names, shapes and digests of leaves`(shape: ModelConfiguration) {
    let parameters = Parameters(shape)
    parameters.initialize(shape, seed: 2)
    #expect(parameters.digest == documented(parameters))
  }

  /// 66,000 × 4 numbers: one leaf of 1 MiB and a rest of 7,424 bytes. With 65,536 × 4 there is no rest.
  @Test(arguments: [65_536, 66_000])
  func `a tensor of more than 1 MiB has several leaves`(vocabSize: Int) {
    let shape = ModelConfiguration(
      architecture: .llama, vocabSize: vocabSize, hiddenSize: 4, intermediateSize: 4, numHiddenLayers: 1,
      numAttentionHeads: 1, numKeyValueHeads: 1, headDim: 4)
    let parameters = Parameters(shape)
    for row in stride(from: 0, to: parameters.count, by: 1009) { parameters.flat[0, row] = Float(row) }
    #expect(parameters.digest == documented(parameters))
  }

  @Test func `one bit anywhere changes it`() {
    let parameters = Parameters(exportedShapes[2])
    var seen: Set<String> = [parameters.digest]
    for place in 0..<parameters.count {
      parameters.flat[0, place] = -0.0
      seen.insert(parameters.digest)
      parameters.flat[0, place] = 0
    }
    #expect(seen.count == parameters.count + 1)
  }

  /// What the Python in `WeightsDigest.swift` prints in the folders of the fixtures.
  @Test(arguments: [
    ("llama-tied", "1a87810372be1932fbd517cb3e7f352fe468056aedb8665176ecccbf10f4692f"),
    ("qwen3-untied", "dd8a37c6e1fcb8e7571c1ab860bcd5bafa14fde87d88d8e3b8eee59f3b98ba4a"),
  ])
  func `is what the documented Python gives`(model: String, digits: String) throws {
    let folder = `Parity with Hugging Face transformers`.folder.appending(path: model)
    #expect(try ModelDirectory.load(folder.path).parameters.digest == "sha256:" + digits)
  }
}

/// Against swift-crypto, whose SHA-256 is the reference.
@Suite struct `Two SHA-256 at a time, against swift-crypto` {
  /// All lengths around the edges of blocks and of the padding, and some that are long.
  @Test(arguments: [0...260, 4_000...4_100, 65_535...65_537])
  func `agree for every length`(lengths: ClosedRange<Int>) {
    var differing: [Int] = []
    for length in lengths {
      let first = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ length) }
      let second = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 59 ^ ($0 >> 8)) }
      guard let pair = PairedSHA256.digests(first, second) else { return }
      if pair != Array(SHA256.hash(data: first)) + Array(SHA256.hash(data: second)) {
        differing.append(length)
      }
    }
    #expect(differing == [])
  }
}
