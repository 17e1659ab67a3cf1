import Tensors
import Testing

@Suite struct `Two SHA-256 at a time` {
  private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// FIPS 180-4's examples and the empty message, each beside another of its length.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `give the digests of the standard, in either place`(message: String, digits: String) {
    let bytes = Array(message.utf8)
    let other = bytes.map { $0 ^ 1 }
    // Nothing to test on a CPU that cannot; everything else then uses swift-crypto.
    guard let first = PairedSHA256.digests(bytes, other), let second = PairedSHA256.digests(other, bytes)
    else { return }
    #expect(hex(first[..<32]) == digits && hex(second[32...]) == digits)
    #expect(Array(first[32...]) == Array(second[..<32]))
  }

  @Test func `of messages of different lengths there are none`() {
    #expect(PairedSHA256.digests([1], [1, 2]) == nil)
  }
}
