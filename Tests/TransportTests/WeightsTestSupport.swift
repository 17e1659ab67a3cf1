import Experience
import Transport

/// SplitMix64: the same numbers for the same seed.
struct TestRandom: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Patterns that arithmetic would not let through: NaN payloads, -0, denormals, infinities; and any others.
  mutating func word() -> UInt32 {
    let special: [UInt32] = [
      0x7FC0_1234, 0x7F80_0001, 0xFFFF_FFFF, 0x8000_0000, 1, 0x7F80_0000, 0, 0x8000_0001,
    ]
    return Bool.random(using: &self)
      ? UInt32(truncatingIfNeeded: next()) : special.randomElement(using: &self) ?? 0
  }

  mutating func bytes(words: Int) -> [UInt8] { (0..<words).flatMap { _ in littleEndian(word()) } }
}

func littleEndian(_ word: UInt32) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) } }

/// Weights small enough to be looked at byte by byte, in leaves of 64 bytes.
struct SmallWeights {
  var layout: WeightsLayout
  /// By tensor.
  var bytes: [[UInt8]]

  init(_ shapes: [(String, [Int])], chunkBytes: Int = 1024, random: inout TestRandom) throws {
    layout = try WeightsLayout(
      shapes.map { .init(name: $0.0, shape: $0.1) }, leafBytes: 64, chunkBytes: chunkBytes)
    bytes = layout.tensors.map { random.bytes(words: $0.shape.reduce(1, *)) }
  }

  /// A matrix of several chunks, vectors, an empty tensor, a scalar.
  static func some(_ random: inout TestRandom) throws -> SmallWeights {
    try SmallWeights(
      [
        ("m.weight", [33, 31]), ("norm", [7]), ("bias", [16]), ("none", [0, 4]), ("one", []), ("z", [40, 5]),
      ],
      random: &random)
  }

  /// The same in small: 344 bytes in 4 chunks.
  static func few(_ random: inout TestRandom) throws -> SmallWeights {
    try SmallWeights(
      [("m.weight", [9, 7]), ("norm", [7]), ("bias", [16]), ("none", [0, 4])], chunkBytes: 128,
      random: &random)
  }

  func snapshot(_ number: Int) -> WeightsSnapshot {
    let bytes = self.bytes
    return WeightsSnapshot(number: number, layout: layout) { Array(bytes[$0.tensor][$0.bytes]) }
  }

  /// Some tensors as they are, some with small changes, some all new.
  func changed(_ random: inout TestRandom) -> SmallWeights {
    var changed = self
    for tensor in bytes.indices {
      switch Int.random(in: 0..<3, using: &random) {
      case 0: break
      case 1:
        for place in bytes[tensor].indices where place % 4 < 2 && Bool.random(using: &random) {
          changed.bytes[tensor][place] = UInt8.random(in: 0...255, using: &random)
        }
      default: changed.bytes[tensor] = random.bytes(words: bytes[tensor].count / 4)
      }
    }
    return changed
  }
}

/// nil where both hold the same bytes; else where they differ.
func difference(_ a: WeightsSnapshot?, _ b: WeightsSnapshot?) -> String? {
  guard let a, let b else { return a == nil && b == nil ? nil : "one is nil" }
  guard a.layout == b.layout else { return "layouts differ" }
  if let name = a.layout.tensors.map(\.name).first(where: { a.bytes(of: $0) != b.bytes(of: $0) }) {
    return "`\(name)` differs"
  }
  return a.version == b.version ? nil : "\(a.version) and \(b.version)"
}

/// All chunks of a version, on a base where the sender has it.
func allChunks(_ sender: WeightsSender, _ snapshot: WeightsSnapshot, base: WeightsSnapshot?) -> [WeightsChunk]
{
  var sender = sender
  var chunks: [WeightsChunk] = []
  while true {
    let request = WeightsRequest(
      digest: snapshot.version.digest, base: base?.version.digest, first: chunks.count, count: 64)
    guard case .chunks(let more) = sender.answer(request), !more.isEmpty else { return chunks }
    chunks += more
  }
}

/// Asks and answers until nothing is asked for; `mangle` sees all that is under way.
func run(
  _ receiver: inout WeightsReceiver, _ sender: inout WeightsSender,
  mangle: (inout [WeightsChunk]) -> Void = { _ in }
) -> (events: [WeightsReceiver.Event], requests: [WeightsRequest], bytes: Int) {
  var result: (events: [WeightsReceiver.Event], requests: [WeightsRequest], bytes: Int) = ([], [], 0)
  while let request = receiver.nextRequest() {
    result.requests.append(request)
    guard case .chunks(var chunks) = sender.answer(request) else { break }
    result.bytes += chunks.reduce(0) { $0 + $1.bytes.count }
    mangle(&chunks)
    // Now together, now one by one: nothing may depend on that.
    result.events += result.requests.count % 2 == 0 ? receiver.take(chunks) : chunks.map { receiver.take($0) }
  }
  return result
}

extension WeightsReceiver.Event {
  var word: String {
    switch self {
    case .progress: "progress"
    case .ignored: "ignored"
    case .ready: "ready"
    case .refused: "refused"
    case .failed: "failed"
    }
  }
}
