import Generation
import Testing

@Suite struct `Stop rules` {
  @Test func `a stop token ends a sequence, and is named before other reasons`() throws {
    var plain = StopRules(tokens: [2, 9]).start()
    #expect([1, 3, 9].map { plain.advance($0) } == [nil, nil, .stop(9)])
    let strings = try StopStrings(["x"]) { _ in Array("x".utf8) }
    var both = StopRules(tokens: [2], strings: strings).start()
    #expect(both.advance(2) == .stop(2))
    #expect(both.advance(3) == .stopString("x", bytesToCut: 1))
  }

  @Test func `without rules nothing ends or is forced`() {
    var state = StopRules().start()
    #expect((0..<2000).allSatisfy { _ in state.advance(5) == nil && state.forced == nil })
  }

  @Test(arguments: 1...10) func `a sequence resumed anywhere goes on as one that never paused`(seed: UInt64)
    throws
  {
    var random = SplitMix(state: seed)
    let rules = StopRules(
      tokens: [0], strings: try StopStrings(["abba", "bab"]) { [[], [97], [98], [97, 98]][Int($0)] },
      repetition: try RepetitionRule(maxRepeat: 2),
      thinking: try ThinkingBudget(tokens: 150, endOfThinking: [1, 2, 1, 3]))
    // Random at first, a loop of 5 later.
    let tokens = (0..<250).map {
      $0 < 120 ? Int32.random(in: 0...3, using: &random) : [1, 2, 2, 1, 1][$0 % 5]
    }
    func observe(_ state: inout StopState, _ token: Int32) -> Observation {
      let verdict = state.advance(token)
      return Observation(verdict: verdict, forced: state.forced, undecided: state.undecidedBytes)
    }
    var unbroken = rules.start()
    let expected = tokens.map { observe(&unbroken, $0) }
    #expect(expected.contains { if case .repetition = $0.verdict { true } else { false } })
    #expect(expected.contains { if case .stopString = $0.verdict { true } else { false } })
    for cut in tokens.indices {
      var resumed = rules.start(after: Array(tokens[..<cut]))
      #expect(tokens[cut...].map { observe(&resumed, $0) } == Array(expected[cut...]), "cut at \(cut)")
    }
  }

  struct Observation: Equatable {
    var verdict: StopRules.Verdict?
    var forced: Int32?
    var undecided: Int
  }
}

@Suite struct `Stop strings` {
  /// Verdicts over a text cut into these pieces.
  func matches(_ strings: [String], in pieces: [String]) throws -> [StopStrings.Match?] {
    let rule = try StopStrings(strings) { Array(pieces[Int($0)].utf8) }
    var state = StopStrings.State()
    return pieces.indices.map { rule.advance(&state, token: Int32($0)) }
  }

  @Test func `one that spans tokens is cut with what follows it in the last`() throws {
    // "\nQuestion:" has 10 bytes, and " next" is 5 more.
    let found = try matches(["\nQuestion:"], in: ["It is 4", "2.\nQ", "uest", "ion: next"])
    #expect(found == [nil, nil, nil, .init(text: "\nQuestion:", bytesToCut: 15)])
  }

  @Test func `one inside a token ends it`() throws {
    #expect(try matches(["\n\n"], in: ["one", "a\n\nb\n\nc"]) == [nil, .init(text: "\n\n", bytesToCut: 6)])
  }

  @Test func `one that overlaps itself is found`() throws {
    #expect(try matches(["aab"], in: ["a", "a", "a", "b"]).last == .some(.init(text: "aab", bytesToCut: 3)))
    #expect(try matches(["abac"], in: ["aba", "bac"]).last == .some(.init(text: "abac", bytesToCut: 4)))
  }

  @Test func `the earliest end wins, and at one end the longest`() throws {
    #expect(try matches(["abcd", "bc"], in: ["abcd"]) == [.init(text: "bc", bytesToCut: 3)])
    #expect(try matches(["c", "bc", "xbc"], in: ["abc"]) == [.init(text: "bc", bytesToCut: 2)])
  }

  @Test func `tokens without text do not break one, and characters may be spread over tokens`() throws {
    #expect(try matches(["STOP"], in: ["ST", "", "OP"]) == [nil, nil, .init(text: "STOP", bytesToCut: 4)])
    let rule = try StopStrings(["終"]) { [UInt8($0)] }
    var state = StopStrings.State()
    #expect([0xE7, 0xB5, 0x82].map { rule.advance(&state, token: $0)?.bytesToCut } == [nil, nil, 3])
  }

  @Test func `what may begin one is held back, and no more`() throws {
    let rule = try StopStrings(["</answer>", "er"]) { [UInt8($0)] }
    var state = StopStrings.State()
    let held = "a</ansx<</e".utf8.map { byte in
      _ = rule.advance(&state, token: Int32(byte))
      return rule.undecidedBytes(state)
    }
    #expect(held == [0, 1, 2, 3, 4, 5, 0, 1, 1, 2, 1])
  }

  @Test(arguments: 1...200) func `what is found is what the definition says, however a text is cut`(
    seed: UInt64
  )
    throws
  {
    var random = SplitMix(state: seed)
    func letters(_ count: ClosedRange<Int>) -> String {
      String(
        (0..<Int.random(in: count, using: &random)).map { _ in "aab".randomElement(using: &random) ?? "a" })
    }
    let strings = (0..<Int.random(in: 1...4, using: &random)).map { _ in letters(2...7) }
    let pieces = (0..<30).map { _ in letters(0...4) }
    var text = ""
    var expected: [StopStrings.Match?] = []
    for piece in pieces {
      let ends = (0..<piece.count).map { text + piece.prefix($0 + 1) }
      text += piece
      let first = ends.first { end in strings.contains { end.hasSuffix($0) } }
      let longest = first.flatMap { end in
        strings.filter { end.hasSuffix($0) }.max { $0.count < $1.count }
      }
      expected.append(
        first.flatMap { end in
          longest.map { .init(text: $0, bytesToCut: $0.count + text.count - end.count) }
        })
    }
    #expect(try matches(strings, in: pieces) == expected, "\(strings) in \(pieces)")
  }

  @Test func `an empty one is refused, and so are too many bytes`() throws {
    let empty = #expect(throws: GenerationError.self) { try StopStrings(["a", ""]) { _ in [] } }
    #expect(empty?.reason == .emptyStopString(index: 1))
    #expect(empty?.description.hasPrefix("stop string 2 is empty") == true)
    let long = #expect(throws: GenerationError.self) {
      try StopStrings([String(repeating: "é", count: 2048), "a"]) { _ in [] }
    }
    #expect(long?.reason == .stopStringsTooLong(bytes: 4097, allowed: 4096))
    #expect(throws: Never.self) { try StopStrings([String(repeating: "é", count: 2048)]) { _ in [] } }
  }
}

@Suite struct `Repetition rule` {
  /// The first position at which a sequence is ended, and why.
  func end(of tokens: [Int32], maxRepeat: Int) throws -> (at: Int, RepetitionRule.Loop)? {
    let rule = try RepetitionRule(maxRepeat: maxRepeat)
    var state = RepetitionRule.State()
    for (position, token) in tokens.enumerated() {
      if let loop = rule.advance(&state, token: token) { return (position, loop) }
    }
    return nil
  }

  @Test(arguments: [
    // period, max_repeat, tokens that the loop has when it is ended, whole copies in them
    (1, 2, 64, 64), (1, 8, 64, 64), (1, 100, 100, 100), (7, 2, 64, 9), (7, 8, 64, 9), (7, 10, 70, 10),
    (40, 2, 80, 2), (40, 8, 320, 8), (128, 2, 256, 2), (128, 8, 1024, 8),
  ])
  func `an endless loop ends as soon as it is long enough`(
    period: Int, maxRepeat: Int, length: Int, copies: Int
  )
    throws
  {
    let before = (0..<300).map { Int32(1000 + $0) }
    let tokens = before + (0..<2000).map { Int32($0 % period) }
    let found = try #require(try end(of: tokens, maxRepeat: maxRepeat))
    #expect(found.at == 300 + length - 1)
    #expect(found.1 == RepetitionRule.Loop(period: period, count: copies))
  }

  @Test func `a longer piece, or one that changes in time, is no loop`() throws {
    #expect(try end(of: (0..<2000).map { Int32($0 % 129) }, maxRepeat: 2) == nil)
    // 7 copies of 10 tokens and one that is new, again and again.
    let counting: [Int32] = (0..<28).flatMap { round in (0..<70).map { $0 % 10 } + [500 + round] }
    #expect(try end(of: counting, maxRepeat: 8) == nil)
    #expect(try end(of: counting, maxRepeat: 7)?.at == 69)
    #expect(try end(of: [Int32](repeating: 4, count: 63), maxRepeat: 2) == nil)
    // Unlike tokens with like low bits.
    #expect(try end(of: (0..<500).map { Int32($0 * 256) }, maxRepeat: 2) == nil)
  }

  @Test func `a multiplication table is no loop`() throws {
    var sums = ""
    var grid = "|   | 1 | 2 | 3 | 4 | 5 | 6 |\n|---|---|---|---|---|---|---|\n"
    for row in 1...6 {
      for column in 1...6 { sums += "\(row) × \(column) = \(row * column)\n" }
      grid += "| \(row) | " + (1...6).map { "\(row * $0)" }.joined(separator: " | ") + " |\n"
    }
    for text in [sums, grid, "6 × 1 = 6\n6 × 2 = 12\n6 × 3 = 18\n6 × 4 = 24\n6 × 5 = 30\n6 × 6 = 36\n"] {
      #expect(try end(of: text.utf8.map { Int32($0) }, maxRepeat: 8) == nil)
    }
    // A model that never gets past one row does loop: its 10 bytes of ASCII, 8 times.
    let stuck = String(repeating: "6 x 1 = 6\n", count: 20)
    #expect(try end(of: stuck.utf8.map { Int32($0) }, maxRepeat: 8)?.at == 79)
  }

  @Test(arguments: 1...60) func `what is ended is what the definition says`(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let maxRepeat = Int.random(in: 2...5, using: &random)
    var tokens: [Int32] = []
    // Stretches of noise and of loops, which now and then go wrong.
    while tokens.count < 900 {
      let piece = (0..<Int.random(in: 1...50, using: &random)).map { _ in
        Int32.random(in: 0...1, using: &random)
      }
      for _ in 0..<Int.random(in: 1...7, using: &random) { tokens += piece }
      tokens[Int.random(in: tokens.indices, using: &random)] = 2
    }
    func loop(upTo end: Int) -> RepetitionRule.Loop? {
      for period in 1...128 {
        let needed = max(maxRepeat * period, 64)
        guard needed <= end + 1 else { continue }
        let tail = tokens[(end + 1 - needed)...end]
        if tail.dropFirst(period).elementsEqual(tail.dropLast(period)) {
          return .init(period: period, count: needed / period)
        }
      }
      return nil
    }
    let expected = tokens.indices.lazy.compactMap { end in loop(upTo: end).map { (end, $0) } }.first
    let found = try end(of: tokens, maxRepeat: maxRepeat)
    #expect(found?.at == expected?.0)
    #expect(found?.1 == expected?.1)
  }

  @Test(arguments: [-1, 0, 1, 1_000_001, Int.max]) func `other counts are refused`(maxRepeat: Int) {
    let error = #expect(throws: GenerationError.self) { try RepetitionRule(maxRepeat: maxRepeat) }
    #expect(error?.description.hasPrefix("`max_repeat` is \(maxRepeat), allowed are 2…1000000") == true)
  }
}

@Suite struct `Thinking budget` {
  /// What a sequence becomes: what the model says, but for what is forced.
  func written(_ model: [Int32], tokens: Int, endOfThinking: [Int32]) throws -> [Int32] {
    var state = StopRules(thinking: try ThinkingBudget(tokens: tokens, endOfThinking: endOfThinking)).start()
    return model.map { token in
      let next = state.forced ?? token
      _ = state.advance(next)
      return next
    }
  }

  @Test func `when it is spent, the end of thinking is written`() throws {
    #expect(try written([1, 2, 3, 4, 5, 6], tokens: 3, endOfThinking: [9]) == [1, 2, 3, 9, 5, 6])
    #expect(try written([1, 2, 3, 4, 5, 6], tokens: 2, endOfThinking: [7, 8, 9]) == [1, 2, 7, 8, 9, 6])
  }

  @Test func `with a budget of 0 it is written at once`() throws {
    #expect(try written([1, 2, 3], tokens: 0, endOfThinking: [7, 8]) == [7, 8, 3])
  }

  @Test func `an end that the model is about to write is completed, not repeated`() throws {
    #expect(try written([1, 2, 7, 4, 5, 6], tokens: 3, endOfThinking: [7, 8, 9]) == [1, 2, 7, 8, 9, 6])
    #expect(try written([1, 7, 8, 4, 5, 6], tokens: 3, endOfThinking: [7, 8, 9]) == [1, 7, 8, 9, 5, 6])
    // Of 7 7 7 the last two begin the end.
    #expect(try written([7, 7, 7, 1, 1], tokens: 3, endOfThinking: [7, 7, 8]) == [7, 7, 7, 8, 1])
    // 7 8 7 has come to nothing, but its last token begins the end anew.
    #expect(try written([7, 8, 7, 7, 1, 1], tokens: 4, endOfThinking: [7, 8, 7, 9]) == [7, 8, 7, 7, 8, 7])
  }

  @Test func `a model that has stopped thinking by itself is left alone`() throws {
    let early: [Int32] = [1, 7, 8, 2, 3, 4, 7, 7, 8]
    #expect(try written(early, tokens: 4, endOfThinking: [7, 8]) == early)
    #expect(try written(early, tokens: 3, endOfThinking: [7, 8]) == early)
  }

  @Test(arguments: 1...200) func `thinking ends by the budget and the length of its end`(seed: UInt64) throws
  {
    var random = SplitMix(state: seed)
    func tokens(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32.random(in: 0...1, using: &random) } }
    let end = tokens(Int.random(in: 1...8, using: &random))
    let budget = Int.random(in: 0...30, using: &random)
    let model = tokens(60)
    let found = try written(model, tokens: budget, endOfThinking: end)
    let place = try #require(found.indices.first { found[$0...].starts(with: end) })
    #expect(place + end.count <= budget + end.count)
    // Before the budget is spent and after the end, everything is the model's.
    #expect(found.prefix(budget) == model.prefix(budget))
    #expect(found.dropFirst(place + end.count) == model.dropFirst(place + end.count))
    // Nothing of the end is repeated: what is forced completes the longest part of it that was there.
    if place + end.count > budget {
      let overlap = (0...end.count).last { model.prefix(budget).suffix($0) == end.prefix($0) && $0 <= budget }
      #expect(place + (overlap ?? 0) == budget)
    }
  }

  @Test func `a negative budget and an end of no tokens are refused`() {
    let negative = #expect(throws: GenerationError.self) {
      try ThinkingBudget(tokens: -1, endOfThinking: [9])
    }
    #expect(negative?.description.hasPrefix("a thinking budget of -1 tokens, allowed are 0") == true)
    let endless = #expect(throws: GenerationError.self) { try ThinkingBudget(tokens: 5, endOfThinking: []) }
    #expect(endless?.reason == .noEndOfThinking)
  }
}

/// Repeatable pseudo-random numbers (splitmix64).
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
