/// Proposes how a sequence may go on, from its own text and that of its group.
///
/// One drafter serves the samples of one prompt and is dropped with them. A draft only guesses: the tokens that a
/// sequence gets are those drawn from the model's logits, so what is drafted changes the speed and nothing else.
///
/// The rule is that of SuffixDecoding, as ArcticInference has it. For each number m of last tokens that also stand
/// somewhere else, follow the most frequent next token, and keep the product of its shares:
///
///     share   = count(text + token) / count(text followed by anything)
///     product = Π shares, stop below `minimumProbability` or at m · `factor` + `offset` tokens
///     score   = Σ products, the number of tokens expected to be right
///
/// m runs from longest to shortest over two sources, the sequence's own text (prompt included) and the whole
/// group's; the best score wins, ties go to the longer match, then to the own text, and among equally frequent
/// tokens to the newest. The end that is being continued is no occurrence of itself.
///
/// Deliberate differences: instead of a suffix tree, every token is chained to the one before that ends the same 1,
/// 2, 4 or 8 tokens; counts are taken over the newest 32 occurrences; one that comes to the end of its text is left
/// out of the shares from there on, or goes on with the draft itself if that end is the one being continued, so
/// that a loop is drafted beyond its last round. A token costs 48 to 64 bytes (arrays that grow by doubling may hold
/// twice that) and 0.1 to 0.3 µs; a draft takes 1 to 12 µs.
///
/// Oliaro et al. 2024, arXiv:2411.04975; for the samples of a group: Qin et al. 2025 (Seer), arXiv:2511.14617.
public struct SuffixDrafter: Sendable {
  /// When to trust a match, and how far.
  public struct Rule: Sendable, Hashable {
    /// Longest match that is looked for, tokens; 1 to 64.
    public var maxDepth = 32
    /// Draft tokens per token of the match.
    public var factor = 1.0
    /// Draft tokens besides.
    public var offset = 0.0
    /// A draft ends where the product of the shares is below this.
    public var minimumProbability = 0.1

    public init() {}
  }

  /// What may come next.
  public struct Draft: Sendable, Equatable {
    public var tokens: [Int32] = []
    /// How many of them the counts expect to be right.
    public var score = 0.0
    /// Length of the match that it continues, tokens.
    public var matchLength = 0

    public init(tokens: [Int32] = [], score: Double = 0, matchLength: Int = 0) {
      (self.tokens, self.score, self.matchLength) = (tokens, score, matchLength)
    }
  }

  /// One token of one text. Links are indices into `entries`, -1 for none.
  private struct Entry {
    var token: Int32
    /// Whose text it is; `promptStream` for the prompt.
    var stream: Int32
    /// The token before, which may be the prompt's last.
    var previous: Int32
    /// The token after it in the same text.
    var next: Int32 = -1
    /// By level: the latest earlier token whose last 2^level tokens hash alike.
    var older = SIMD4<Int32>(repeating: -1)
  }

  private static let promptStream: Int32 = -1
  private static let levels = 4
  /// Occurrences that are counted, and links that are followed to find them, by level.
  private static let maxOccurrences = 32
  private static let maxLinks = 128

  private let rule: Rule
  private var entries: [Entry] = []
  /// `[2^bits, levels]`: the newest token for each hash of its last 2^level tokens; at least as many as tokens.
  private var newest: [Int32] = []
  private var bits = 0
  /// The last token of each stream's text.
  private var ends: [Int32] = []
  private let promptEnd: Int32

  /// - Parameters:
  ///   - prompt: What all the streams begin with; stored and counted once.
  ///   - rule: When to trust a match.
  public init(prompt: [Int32] = [], rule: Rule = Rule()) {
    var rule = rule
    rule.maxDepth = min(max(rule.maxDepth, 1), 64)
    self.rule = rule
    promptEnd = Int32(prompt.count) - 1
    reserve(max(prompt.count, 64))
    for (index, token) in prompt.enumerated() {
      insert(token, stream: Self.promptStream, after: Int32(index) - 1)
    }
  }

  /// Tokens held, those of the prompt once.
  public var tokenCount: Int { entries.count }

  /// Bytes allocated for them.
  package var storedBytes: Int {
    entries.capacity * MemoryLayout<Entry>.stride + newest.capacity * MemoryLayout<Int32>.stride
  }

  /// Adds a sample of the prompt. Its text stays for the others when it ends.
  ///
  /// - Parameter tokens: What it has generated so far.
  /// - Returns: Its number, counted from 0.
  public mutating func begin(_ tokens: [Int32] = []) -> Int {
    ends.append(promptEnd)
    append(tokens, to: ends.count - 1)
    return ends.count - 1
  }

  /// Adds a generated token to a stream.
  public mutating func append(_ token: Int32, to stream: Int) {
    ends[stream] = insert(token, stream: Int32(stream), after: ends[stream])
  }

  /// Adds generated tokens to a stream, many at once.
  public mutating func append(_ tokens: [Int32], to stream: Int) {
    reserve(entries.count + tokens.count)
    for token in tokens { append(token, to: stream) }
  }

  /// What may come next in a stream.
  ///
  /// - Parameters:
  ///   - stream: Number from ``begin(_:)``.
  ///   - limit: Most tokens wanted.
  /// - Returns: At most `limit` tokens; none where nothing matches.
  public func draft(stream: Int, limit: Int) -> Draft {
    var best = Draft()
    guard limit > 0 else { return best }
    let context = Context(entries, end: ends[stream], depth: rule.maxDepth)
    for level in (0..<Self.levels).reversed() where 1 << level <= context.count {
      let longest = level == Self.levels - 1 ? rule.maxDepth : min(rule.maxDepth, 2 << level - 1)
      // No product is above 1, so a shorter match cannot score more than it has room for.
      guard Double(room(longest, limit)) > best.score else { break }
      let found = occurrences(of: context, level: level)
      // A length at which no occurrence joins only shortens the draft of the length above.
      for length in stride(from: longest, through: 1 << level, by: -1) where found.has(length: length) {
        let room = room(length, limit)
        guard Double(room) > best.score else { break }
        let own = follow(places(found, length, of: Int32(stream)), length, room, end: ends[stream])
        if own.score > best.score { best = own }
        let group = follow(places(found, length), length, room, end: ends[stream])
        if group.score > best.score { best = group }
      }
    }
    return best
  }

  /// Tokens that a match of `length` may draft.
  private func room(_ length: Int, _ limit: Int) -> Int {
    Int(min(Double(limit), max(0, Double(length) * rule.factor + rule.offset)))
  }
}

// MARK: Adding

extension SuffixDrafter {
  /// Makes room for the hashes of `count` tokens.
  private mutating func reserve(_ count: Int) {
    guard count > newest.count / Self.levels else { return }
    while 1 << bits < count { bits += 1 }
    newest = [Int32](repeating: -1, count: Self.levels << bits)
    for index in entries.indices { link(index) }
  }

  @discardableResult private mutating func insert(_ token: Int32, stream: Int32, after previous: Int32)
    -> Int32
  {
    let index = entries.count
    if previous >= 0, entries[Int(previous)].stream == stream { entries[Int(previous)].next = Int32(index) }
    entries.append(Entry(token: token, stream: stream, previous: previous))
    if entries.count > newest.count / Self.levels { reserve(entries.count) } else { link(index) }
    return Int32(index)
  }

  /// Makes a token the newest of those that end the same 1, 2, 4 and 8 tokens.
  private mutating func link(_ index: Int) {
    var hash = SuffixHash()
    var older = SIMD4<Int32>(repeating: -1)
    var position = Int32(index)
    for level in 0..<Self.levels {
      while position >= 0, hash.count < 1 << level {
        hash.add(entries[Int(position)].token)
        position = entries[Int(position)].previous
      }
      guard hash.count == 1 << level else { break }
      let slot = slot(hash, level)
      older[level] = newest[slot]
      newest[slot] = Int32(index)
    }
    entries[index].older = older
  }

  private func slot(_ hash: SuffixHash, _ level: Int) -> Int { hash.bucket(bits) * Self.levels + level }
}

/// Hash of a text's last tokens, taken from the end backwards.
private struct SuffixHash {
  private(set) var count = 0
  private var state: UInt64 = 0

  mutating func add(_ token: Int32) {
    state = (state &+ UInt64(UInt32(bitPattern: token)) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 32
    count += 1
  }

  /// One of 2^bits.
  func bucket(_ bits: Int) -> Int {
    Int(truncatingIfNeeded: (state &* 0xD6E8_FEB8_6659_FD93) >> UInt64(64 - bits))
  }
}

// MARK: Drafting

extension SuffixDrafter {
  /// The last tokens of the text to continue, the newest first.
  private struct Context {
    private(set) var count = 0
    private(set) var tokens = InlineArray<64, Int32>(repeating: 0)

    init(_ entries: [Entry], end: Int32, depth: Int) {
      var position = end
      while position >= 0, count < depth {
        tokens[count] = entries[Int(position)].token
        position = entries[Int(position)].previous
        count += 1
      }
    }
  }

  /// Places where the end of the context also stands, the newest first.
  private struct Occurrences {
    var count = 0
    /// The last token of each.
    var positions = InlineArray<32, Int32>(repeating: -1)
    /// How many tokens before and with it agree with the context's end.
    var lengths = InlineArray<32, Int>(repeating: 0)

    func has(length: Int) -> Bool {
      for index in 0..<count where lengths[index] == length { return true }
      return false
    }
  }

  /// The newest places that agree with the context in its last 2^level tokens or more and are not a text's end.
  private func occurrences(of context: borrowing Context, level: Int) -> Occurrences {
    var found = Occurrences()
    var hash = SuffixHash()
    for index in 0..<1 << level { hash.add(context.tokens[index]) }
    var candidate = newest[slot(hash, level)]
    var links = 0
    while candidate >= 0, links < Self.maxLinks, found.count < Self.maxOccurrences {
      let length = entries[Int(candidate)].next < 0 ? 0 : agreement(candidate, context)
      if length >= 1 << level {
        found.positions[found.count] = candidate
        found.lengths[found.count] = length
        found.count += 1
      }
      candidate = entries[Int(candidate)].older[level]
      links += 1
    }
    return found
  }

  /// How many tokens up to and with `candidate` agree with the context's end.
  private func agreement(_ candidate: Int32, _ context: borrowing Context) -> Int {
    var position = candidate
    var length = 0
    while length < context.count, position >= 0, entries[Int(position)].token == context.tokens[length] {
      position = entries[Int(position)].previous
      length += 1
    }
    return length
  }

  /// Those of at least `length` tokens; only in one stream's text and the prompt, if it is named.
  private func places(_ found: borrowing Occurrences, _ length: Int, of stream: Int32? = nil) -> Places {
    var places = Places()
    for index in 0..<found.count where found.lengths[index] >= length {
      let owner = entries[Int(found.positions[index])].stream
      if stream == nil || owner == stream || owner == Self.promptStream { places.add(found.positions[index]) }
    }
    return places
  }

  /// Goes on from places, each time by the token that most of them share.
  ///
  /// - Parameters:
  ///   - source: The last token of each match.
  ///   - length: How many tokens match.
  ///   - room: Most tokens wanted.
  ///   - end: Last token of the text to continue; what follows it is the draft.
  /// - Returns: The draft; empty where no place goes on.
  private func follow(_ source: Places, _ length: Int, _ room: Int, end: Int32) -> Draft {
    var places = source
    var draft = Draft(matchLength: length)
    var product = 1.0
    while draft.tokens.count < room {
      advance(&places, end: end, drafted: draft.tokens)
      guard places.count > 0 else { break }
      let (token, votes) = places.mostFrequent()
      product *= Double(votes) / Double(places.count)
      guard product >= rule.minimumProbability else { break }
      draft.tokens.append(token)
      draft.score += product
      places.keep(token)
    }
    return draft
  }

  /// Moves each place to the token after it; those without one drop out.
  private func advance(_ places: inout Places, end: Int32, drafted: [Int32]) {
    let count = places.count
    places.count = 0
    for index in 0..<count {
      let place = places.positions[index]
      if place <= Places.firstDrafted || (place == end && !drafted.isEmpty) {
        let next = place == end ? Places.firstDrafted : place - 1
        places.add(next, drafted[Int(Places.firstDrafted - next)])
      } else if entries[Int(place)].next >= 0 {
        let next = entries[Int(place)].next
        places.add(next, entries[Int(next)].token)
      }
    }
  }
}

/// Where the occurrences that are followed have got to, the newest first.
private struct Places {
  /// Stands for the first token of the draft; the second is one less, and so on.
  static let firstDrafted: Int32 = -2

  var count = 0
  /// Indices of entries, or tokens of the draft.
  private(set) var positions = InlineArray<32, Int32>(repeating: -1)
  private var tokens = InlineArray<32, Int32>(repeating: 0)

  mutating func add(_ position: Int32, _ token: Int32 = 0) {
    positions[count] = position
    tokens[count] = token
    count += 1
  }

  /// The token at most of the places, the newest place's among equals, and at how many.
  func mostFrequent() -> (token: Int32, votes: Int) {
    var best = (token: tokens[0], votes: 0)
    for first in 0..<count where count - first > best.votes {
      let token = tokens[first]
      var votes = 0
      for index in first..<count where tokens[index] == token { votes += 1 }
      if votes > best.votes { best = (token, votes) }
    }
    return best
  }

  mutating func keep(_ token: Int32) {
    var kept = 0
    for index in 0..<count where tokens[index] == token {
      positions[kept] = positions[index]
      kept += 1
    }
    count = kept
  }
}
