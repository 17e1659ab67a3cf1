import Foundation

/// A directory that is gone when the test is over.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory.appending(path: "apus-tokenizers-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url.path(percentEncoded: false))
}

/// Where a file or folder of `Fixtures` is.
func fixture(_ name: String) -> String {
  URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)").path(
    percentEncoded: false)
}

/// A JSON file of `Fixtures`.
func readFixture<Value: Decodable>(_ name: String) throws -> Value {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(Value.self, from: Data(contentsOf: URL(filePath: fixture(name))))
}

/// Texts of all kinds of characters, by seed.
func randomText(seed: UInt64) -> String {
  var random = SeededGenerator(seed: seed)
  let ranges: [ClosedRange<UInt32>] = [
    0...0x7F, 0x80...0x24F, 0x300...0x36F, 0x400...0x4FF, 0x3040...0x30FF, 0x1F600...0x1F64F,
  ]
  var text = String.UnicodeScalarView()
  for _ in 0..<Int.random(in: 0...40, using: &random) {
    let range = ranges.randomElement(using: &random) ?? 0...0x7F
    Unicode.Scalar(UInt32.random(in: range, using: &random)).map { text.append($0) }
  }
  return String(text)
}

/// Repeatable pseudo-random numbers (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
