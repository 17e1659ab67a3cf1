import Generation
import Randomness
import Testing

@Suite struct `Drafting from suffixes` {
  /// Letters as tokens, so that examples can be read.
  private func tokens(_ text: String) -> [Int32] { text.unicodeScalars.map { Int32($0.value) } }
  private func text(_ draft: SuffixDrafter.Draft) -> String {
    String(String.UnicodeScalarView(draft.tokens.compactMap { Unicode.Scalar(UInt32($0)) }))
  }

  private func drafter(_ texts: [String], rule: SuffixDrafter.Rule = .init()) -> (SuffixDrafter, last: Int) {
    var drafter = SuffixDrafter(rule: rule)
    var last = 0
    for text in texts { last = drafter.begin(tokens(text)) }
    return (drafter, last)
  }

  @Test func `the longest match wins by its sum of products, by hand`() {
    // After "bc" comes d in 3 of 3, then e in 2 of 3: 1 + 2/3. After "c" one token only: d, 3 of 3.
    let (drafter, last) = drafter(["abcde", "abcdf", "xbcde", "ybc"])
    let draft = drafter.draft(stream: last, limit: 16)
    #expect(text(draft) == "de")
    #expect(abs(draft.score - 5.0 / 3) < 1e-12)
    #expect(draft.matchLength == 2)
  }

  @Test func `a match of one token drafts one token`() {
    var rule = SuffixDrafter.Rule()
    rule.maxDepth = 1
    let (drafter, last) = drafter(["abcde", "abcdf", "xbcde", "ybc"], rule: rule)
    #expect(drafter.draft(stream: last, limit: 16) == .init(tokens: tokens("d"), score: 1, matchLength: 1))
  }

  @Test func `factor and offset decide how far a match is trusted`() {
    var rule = SuffixDrafter.Rule()
    rule.factor = 2
    rule.offset = 1
    let (drafter, last) = drafter(["abcdefghijkl", "bc"], rule: rule)
    #expect(text(drafter.draft(stream: last, limit: 16)) == "defgh")
    #expect(text(drafter.draft(stream: last, limit: 3)) == "def")
    #expect(drafter.draft(stream: last, limit: 0) == .init())
  }

  @Test func `nothing is drafted from no history, or from the end that is being continued`() {
    var drafter = SuffixDrafter()
    let stream = drafter.begin()
    #expect(drafter.draft(stream: stream, limit: 8) == .init())
    drafter.append(tokens("abc"), to: stream)
    #expect(drafter.draft(stream: stream, limit: 8) == .init())
    // A sibling that stands at the same place knows nothing either.
    let sibling = drafter.begin(tokens("abc"))
    #expect(drafter.draft(stream: sibling, limit: 8) == .init())
  }

  @Test func `a draft ends where its probability falls below a tenth`() {
    // c is 3 of 6 after "ab", and r 1 of 3 after that: 1/6 is enough.
    var (drafter, last) = drafter(["abcp", "abcq", "abcr", "abd", "abe", "abf", "ab"])
    #expect(text(drafter.draft(stream: last, limit: 8)) == "cr")
    drafter = SuffixDrafter()
    for next in "cdefghijkl" { _ = drafter.begin(tokens("ab\(next)z")) }
    last = drafter.begin(tokens("ab"))
    #expect(text(drafter.draft(stream: last, limit: 8)) == "lz")  // 1/10 is too; the newest of equals is l
    drafter = SuffixDrafter()
    for next in "cdefghijklm" { _ = drafter.begin(tokens("ab\(next)z")) }
    last = drafter.begin(tokens("ab"))
    #expect(text(drafter.draft(stream: last, limit: 8)) == "")  // 1/11
  }

  @Test func `equal scores go to the longer match`() {
    // "abc", "bc" and "c" all go on with d, 1 of 1, and one token is wanted.
    let (drafter, last) = drafter(["abcd", "abc"])
    #expect(drafter.draft(stream: last, limit: 1) == .init(tokens: tokens("d"), score: 1, matchLength: 3))
  }

  @Test func `the own text wins over the group's where its counts are clearer`() {
    // After "c": the own text has x, 1 of 1; the group y in 3 of 4.
    var rule = SuffixDrafter.Rule()
    rule.maxDepth = 1
    let (drafter, last) = drafter(["cy", "cy", "cy", "cxc"], rule: rule)
    #expect(drafter.draft(stream: last, limit: 4) == .init(tokens: tokens("x"), score: 1, matchLength: 1))
  }

  @Test func `what a running sibling adds can be drafted at once`() {
    var drafter = SuffixDrafter()
    let (ahead, behind) = (drafter.begin(), drafter.begin())
    for token in tokens("the sum is") {
      drafter.append(token, to: ahead)
      if token != tokens("s")[0] { drafter.append(token, to: behind) }
    }
    drafter.append(tokens("; the s"), to: behind)
    #expect(text(drafter.draft(stream: behind, limit: 5)) == "um is")
    drafter.append(tokens(" 12"), to: ahead)
    #expect(text(drafter.draft(stream: behind, limit: 7)) == "um is")  // a match of "the s" trusts five
    drafter.append(tokens("um is"), to: behind)
    #expect(text(drafter.draft(stream: behind, limit: 7)) == " 12")
  }

  @Test func `the prompt is part of every sample's own text and stored once`() {
    var drafter = SuffixDrafter(prompt: tokens("abcd"))
    for _ in 0..<8 { _ = drafter.begin(tokens("xbce")) }
    let last = drafter.begin(tokens("ybc"))
    #expect(drafter.tokenCount == 4 + 8 * 4 + 3)
    // After "bc" the group has e in 8 of 9; the own text, which is the prompt's, d in 1 of 1.
    #expect(drafter.draft(stream: last, limit: 1) == .init(tokens: tokens("d"), score: 1, matchLength: 2))
    // A match reaches back over the prompt's end.
    let sibling = drafter.begin(tokens("x"))
    #expect(
      drafter.draft(stream: sibling, limit: 9) == .init(tokens: tokens("bce"), score: 3, matchLength: 5))
  }

  @Test func `a loop is drafted beyond its last round`() {
    // "abcabc": the match "abc" stands one round back; its own continuation "abc" is used up and starts over.
    var rule = SuffixDrafter.Rule()
    rule.factor = 3
    let (drafter, last) = drafter(["abcabc"], rule: rule)
    let draft = drafter.draft(stream: last, limit: 8)
    #expect(text(draft) == "abcabcab")
    #expect(draft.score == 8)
  }

  @Test func `only the newest 32 occurrences are counted`() {
    var drafter = SuffixDrafter()
    for _ in 0..<60 { _ = drafter.begin(tokens("ab")) }
    for _ in 0..<20 { _ = drafter.begin(tokens("ac")) }
    let last = drafter.begin(tokens("a"))
    #expect(
      drafter.draft(stream: last, limit: 1) == .init(tokens: tokens("c"), score: 20.0 / 32, matchLength: 1))
  }

  @Test(arguments: 1...60) func `drafts are those of the rule written out`(seed: UInt64) {
    var rng = CounterRNG(seed: seed, stream: Stream("drafter test"))
    var rule = SuffixDrafter.Rule()
    rule.maxDepth = [2, 5, 9, 32][Int(seed % 4)]
    rule.factor = [1, 0.5, 2][Int(seed % 3)]
    rule.offset = Double(seed % 2)
    let alphabet = UInt64(2 + seed % 7)
    let prompt = (0..<Int(rng.next() % 6)).map { _ in Int32(rng.next() % alphabet) }
    var drafter = SuffixDrafter(prompt: prompt, rule: rule)
    var reference = ReferenceDrafter(prompt: prompt, rule: rule)
    for _ in 0..<3 { #expect(drafter.begin() == reference.begin()) }
    // Until a token occurs more often than is counted.
    var counts: [Int32: Int] = [:]
    for token in prompt { counts[token, default: 0] += 1 }
    while counts.values.allSatisfy({ $0 <= 32 }) {
      for stream in 0..<3 {
        let limit = Int(rng.next() % 12)
        #expect(drafter.draft(stream: stream, limit: limit) == reference.draft(stream: stream, limit: limit))
      }
      let stream = Int(rng.next() % 3)
      // Often a piece of somebody's text, so that there are long matches.
      let source = reference.texts[Int(rng.next() % 3)]
      let start = Int(rng.next() % UInt64(source.count + 1))
      let piece = rng.next() % 3 == 0 ? Array(source[start...].prefix(12)) : [Int32(rng.next() % alphabet)]
      for token in piece {
        drafter.append(token, to: stream)
        reference.append(token, to: stream)
        counts[token, default: 0] += 1
      }
    }
  }

  @Test func `adding many tokens at once is adding them one by one`() {
    var rng = CounterRNG(seed: 3, stream: Stream("drafter test"))
    let text = (0..<3000).map { _ in Int32(rng.next() % 300) } + (0..<40).map { Int32($0) }
    var (bulk, single) = (SuffixDrafter(), SuffixDrafter())
    _ = bulk.begin(text)
    _ = single.begin()
    for token in text { single.append(token, to: 0) }
    for start in stride(from: 0, to: 2900, by: 100) {
      let piece = Array(text[start..<start + 20])
      let (one, other) = (bulk.begin(piece), single.begin(piece))
      let draft = bulk.draft(stream: one, limit: 16)
      #expect(draft.tokens == Array(text[start + 20..<start + 36]))
      #expect(draft == single.draft(stream: other, limit: 16))
    }
  }

  @Test(arguments: [1, 7, 1_000_000]) func `a token costs at most 128 bytes`(alphabet: UInt64) {
    var rng = CounterRNG(seed: 4, stream: Stream("drafter test"))
    var drafter = SuffixDrafter()
    _ = drafter.begin()
    var worst = 0
    for count in 1...70_000 {
      drafter.append(Int32(rng.next() % alphabet), to: 0)
      if count >= 256 { worst = max(worst, drafter.storedBytes / count) }
    }
    #expect(worst <= 128)
    #expect(worst > 32)
  }
}

/// The rule over whole texts, by comparing everything with everything.
private struct ReferenceDrafter {
  let prompt: [Int32]
  let rule: SuffixDrafter.Rule
  /// The prompt and what was generated.
  private(set) var texts: [[Int32]] = []
  /// Where the tokens stand, in the order in which they were added; stream -1 is the prompt.
  private var added: [(stream: Int, index: Int)]

  init(prompt: [Int32], rule: SuffixDrafter.Rule) {
    (self.prompt, self.rule) = (prompt, rule)
    added = prompt.indices.map { (-1, $0) }
  }

  mutating func begin() -> Int {
    texts.append(prompt)
    return texts.count - 1
  }

  mutating func append(_ token: Int32, to stream: Int) {
    added.append((stream, texts[stream].count))
    texts[stream].append(token)
  }

  private func text(_ stream: Int) -> [Int32] { stream < 0 ? prompt : texts[stream] }

  func draft(stream: Int, limit: Int) -> SuffixDrafter.Draft {
    let context = texts[stream]
    var best = SuffixDrafter.Draft()
    for length in (1...64).reversed() where length <= min(rule.maxDepth, context.count) {
      let matches = added.reversed().filter { place in
        let text = text(place.stream)
        return place.index + 1 < text.count && place.index + 1 >= length
          && text[...place.index].suffix(length) == context.suffix(length)
      }
      let room = min(limit, Int(Double(length) * rule.factor + rule.offset))
      for source in [matches.filter { $0.stream == stream || $0.stream < 0 }, matches] {
        let draft = follow(source, of: stream, length, room)
        if draft.score > best.score { best = draft }
      }
    }
    return best
  }

  private func follow(
    _ matches: [(stream: Int, index: Int)], of stream: Int, _ length: Int, _ room: Int
  ) -> SuffixDrafter.Draft {
    var draft = SuffixDrafter.Draft(matchLength: length)
    var matches = matches
    var product = 1.0
    let endsThere = { (other: Int) in other == stream || (other < 0 && texts[stream].count == prompt.count) }
    while draft.tokens.count < room {
      let step = draft.tokens.count + 1
      let followers = matches.compactMap { match -> (match: (stream: Int, index: Int), token: Int32)? in
        let text = text(match.stream) + (endsThere(match.stream) ? draft.tokens : [])
        return match.index + step < text.count ? (match, text[match.index + step]) : nil
      }
      let votes = Dictionary(grouping: followers, by: { $0.token }).mapValues(\.count)
      guard let most = votes.values.max(), let choice = followers.first(where: { votes[$0.token] == most })
      else { break }
      product *= Double(most) / Double(followers.count)
      guard product >= rule.minimumProbability else { break }
      draft.tokens.append(choice.token)
      draft.score += product
      matches = followers.filter { $0.token == choice.token }.map { $0.match }
    }
    return draft
  }
}
