import Testing
import Transport

@Suite struct `Model kit` {
  private static let small = [
    ModelKit.File(name: "tokenizer.json", bytes: Array("{}".utf8)),
    ModelKit.File(name: "config.json", bytes: Array("{\"a\": 1}".utf8)),
    ModelKit.File(name: "empty", bytes: []),
  ]

  /// About 2.5 chunks.
  private static func large() throws -> ModelKit {
    var random = TestRandom(1)
    return try ModelKit(small + [.init(name: "vocab.txt", bytes: random.bytes(words: 640_000))])
  }

  @Test
  func `files stand in the order of their names, and the digest does not depend on the order they came in`()
    throws
  {
    let kit = try ModelKit(Self.small)
    #expect(kit.files.map(\.name) == ["config.json", "empty", "tokenizer.json"])
    #expect(try ModelKit(Self.small.reversed()).digest == kit.digest)
    var other = Self.small
    other[2].name = "empty2"
    #expect(try ModelKit(other).digest != kit.digest)
  }

  @Test(arguments: [
    "", ".", "..", "../config.json", "a/b", "/etc/passwd", "a\\b", ".hidden", "a b", "ä", "a\0", "a\n",
    String(repeating: "n", count: 129),
  ])
  func `a name that is not plain is refused`(name: String) {
    #expect(throws: WeightsError.badFileName(name)) { try ModelKit([.init(name: name, bytes: [])]) }
  }

  @Test func `a name that is there twice, or too many files, are refused`() {
    #expect(throws: WeightsError.badFileName("empty")) { try ModelKit(Self.small + [Self.small[2]]) }
    #expect(throws: WeightsError.self) { try ModelKit((0..<65).map { .init(name: "\($0)", bytes: []) }) }
  }

  @Test func `files arrive as they were, whatever chunk the transfer was cut at`() throws {
    let kit = try Self.large()
    for cut in 0...3 {
      var receiver = try ModelKitReceiver(digest: kit.digest, byteCount: kit.byteCount, credit: 2)
      var seen = 0
      var last: ModelKitReceiver.Event?
      while let request = receiver.nextRequest() {
        for chunk in ModelKitSender(kit).answer(request).reversed() {
          if seen == cut { receiver.askAgain() } else { last = receiver.take(chunk) }
          seen += 1
        }
      }
      #expect(last == .ready(kit), "cut at \(cut)")
    }
  }

  @Test func `every flipped byte of a chunk is refused, and the transfer recovers`() throws {
    let kit = try ModelKit(Self.small)
    for place in 0..<kit.byteCount {
      var receiver = try ModelKitReceiver(digest: kit.digest, byteCount: kit.byteCount)
      guard let request = receiver.nextRequest(), var chunk = ModelKitSender(kit).answer(request).first else {
        Issue.record("nothing to do")
        return
      }
      chunk.bytes[place] ^= 0x20
      guard case .refused = receiver.take(chunk) else {
        Issue.record("byte \(place) was not missed")
        continue
      }
      #expect(receiver.nextRequest() == request)
      #expect(ModelKitSender(kit).answer(request).map { receiver.take($0) } == [.ready(kit)])
    }
  }

  /// The digest is right, so it is the trainer that lies: prefixes and flips of what a kit is made of.
  @Test func `bytes that are no kit are refused whatever their digest`() throws {
    let encoded = try ModelKit(Self.small).encoded
    #expect(try ModelKit(encoded: encoded).files.count == 3)
    for length in 0..<encoded.count {
      #expect(throws: WeightsError.self) { try ModelKit(encoded: Array(encoded.prefix(length))) }
    }
    #expect(throws: WeightsError.self) { try ModelKit(encoded: encoded + [0]) }
    for place in encoded.indices {
      for flip in 1...UInt8.max {
        var hostile = encoded
        hostile[place] ^= flip
        guard let kit = try? ModelKit(encoded: hostile) else { continue }
        #expect(kit.encoded == hostile && kit.files.allSatisfy { !$0.name.contains("/") })
      }
    }
  }

  @Test func `sizes, counts and indices out of range are refused`() throws {
    for size in [Int.min, -1, 0, 256 << 20 + 1, .max] {
      #expect(throws: WeightsError.self) { try ModelKitReceiver(digest: "", byteCount: size) }
    }
    let kit = try ModelKit(Self.small)
    for index in [Int.min, -1, 1, Int.max] {
      var receiver = try ModelKitReceiver(digest: kit.digest, byteCount: kit.byteCount)
      let hostile = KitChunk(digest: kit.digest, index: index, count: 1, bytes: [])
      guard case .refused = receiver.take(hostile) else {
        Issue.record("index \(index) was taken")
        continue
      }
      #expect(ModelKitSender(kit).answer(.init(digest: kit.digest, first: index, count: 1)) == [])
    }
    #expect(ModelKitSender(kit).answer(.init(digest: kit.digest, first: 0, count: .max)).count == 1)
    #expect(ModelKitSender(kit).answer(.init(digest: "sha256:00", first: 0, count: 1)) == [])
  }

  @Test func `a trainer whose files never have the promised digest is given up`() throws {
    let kit = try ModelKit(Self.small)
    var receiver = try ModelKitReceiver(digest: kit.digest, byteCount: kit.byteCount)
    var words: [String] = []
    while let request = receiver.nextRequest() {
      for var chunk in ModelKitSender(kit).answer(request) {
        chunk.bytes[0] ^= 1
        switch receiver.take(chunk) {
        case .refused: words.append("refused")
        case .failed: words.append("failed")
        default: words.append("other")
        }
      }
    }
    #expect(words == ["refused", "refused", "refused", "failed"])
  }
}
