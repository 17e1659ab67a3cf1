import Experience
import Generation
import Rollouts
import Testing
import Tokenizers

@Suite struct `The trainer's own reading of how tokens end` {
  let writer = TinyWriter()

  func check(limit: Int = 20, _ change: (inout RolloutConfiguration) -> Void = { _ in }) throws -> FinishCheck
  {
    FinishCheck(rules: try writer.rules(change), tokenizer: writer.tokenizer, maxCompletionLength: limit)
  }

  func tokens(_ text: String) -> [Int32] { writer.tokenizer.encode(text) }

  @Test func `an end token ends it and is no text`() throws {
    let check = try check()
    #expect(
      check.read(continuation: tokens("4"), tokens: tokens("2<|endoftext|>")) == .finished(.stop, text: "42"))
    #expect(check.read(continuation: tokens("4"), tokens: tokens("2")) == .paused)
    #expect(
      check.read(continuation: tokens("4"), tokens: tokens("2<|endoftext|>34"))
        == .wrong(.endedBefore(position: 2, more: 2)))
  }

  @Test func `the limit ends it, and nothing goes beyond`() throws {
    let check = try check(limit: 5)
    #expect(
      check.read(continuation: tokens("abc"), tokens: tokens("de")) == .finished(.length, text: "abcde"))
    #expect(check.read(continuation: tokens("abc"), tokens: tokens("d")) == .paused)
    #expect(
      check.read(continuation: tokens("abc"), tokens: tokens("def")) == .wrong(.beyondLimit(6, limit: 5)))
    // What ends by itself with the last token that it may have is not cut.
    #expect(
      check.read(continuation: tokens("abc"), tokens: tokens("d<|endoftext|>"))
        == .finished(.stop, text: "abcd"))
  }

  @Test func `stop texts and repetitions are seen across segments`() throws {
    let check = try check(limit: 200) {
      $0.stop = ["END"]
      $0.maxRepeat = 4
    }
    #expect(check.read(continuation: tokens("so E"), tokens: tokens("ND")) == .finished(.stop, text: "so "))
    #expect(
      check.read(continuation: tokens("so E"), tokens: tokens("ND!"))
        == .wrong(.endedBefore(position: 5, more: 1)))
    let ruled = String(repeating: "-", count: 64)
    #expect(
      check.read(continuation: tokens("x" + ruled.dropLast()), tokens: tokens("-"))
        == .finished(.repetition, text: "x" + ruled))
    #expect(check.read(continuation: tokens("x"), tokens: tokens(String(ruled.dropLast()))) == .paused)
  }

  @Test func `an end of thinking is forced, and marked as such`() throws {
    let check = try check {
      $0.thinkTokens = 3
      $0.thinkEnd = "</t>"
    }
    let end = tokens("</t>")
    let text = tokens("abc") + end + tokens("d")
    let mask = [true, true, true, false, false, false, false, true]
    #expect(check.read(continuation: [], tokens: text, sampled: mask) == .paused)
    #expect(
      check.read(continuation: Array(text.prefix(5)), tokens: Array(text[5...]), sampled: Array(mask[5...]))
        == .paused)
    for index in mask.indices {
      var other = mask
      other[index].toggle()
      #expect(
        check.read(continuation: [], tokens: text, sampled: other)
          == .wrong(.wrongMask(position: index, sampled: other[index])))
    }
    #expect(
      check.read(continuation: [], tokens: tokens("abcd"))
        == .wrong(.notForced(position: 3, token: tokens("d")[0], expected: end[0])))
    #expect(
      check.read(continuation: [], tokens: text, sampled: [true]) == .wrong(.maskLength(1, tokens: 8)))
  }

  @Test func `no tokens are no answer, and ids that do not exist do no harm`() throws {
    let check = try check()
    #expect(check.read(continuation: tokens("abc"), tokens: []) == .wrong(.noTokens))
    #expect(check.read(continuation: [.min], tokens: [.max, -1]) == .paused)
  }

  @Test func `what is wrong is said in words`() {
    #expect(
      FinishCheck.Fault.endedBefore(position: 4, more: 2).description
        == "the completion is over with token 4, but 2 more follow")
    #expect(
      FinishCheck.Fault.wrongMask(position: 4, sampled: true).description
        == "token 4 is marked as drawn, but was forced")
  }
}

@Suite struct `What ends an answer under a recipe` {
  /// Without end tokens.
  struct Endless: Tokenizer {
    let base = CharacterTokenizer.ascii
    var vocabSize: Int { base.vocabSize }
    var eosTokenIDs: [Int32] { [] }
    var padTokenID: Int32? { nil }
    var files: [String: [UInt8]] { [:] }
    func encode(_ text: String) -> [Int32] { base.encode(text) }
    func decode(_ ids: [Int32]) -> String { base.decode(ids) }
    func bytes(of id: Int32) -> [UInt8] { base.bytes(of: id) }
    func token(_ id: Int32) -> String { base.token(id) }
  }

  func rules(
    _ tokenizer: some Tokenizer = CharacterTokenizer.ascii, eos: [Int32] = [],
    _ change: (inout RolloutConfiguration) -> Void = { _ in }
  ) throws(RolloutError) -> StopRules {
    var rollout = RolloutConfiguration()
    change(&rollout)
    return try StopRules(rollout: rollout, tokenizer: tokenizer, eosTokenIDs: eos)
  }

  @Test func `end tokens of the model and of the tokenizer, and texts`() throws {
    let found = try rules(eos: [50]) { $0.stop = ["ab", "c", "<|pad|>"] }
    #expect(found.tokens == Set([50, 1, 0] + CharacterTokenizer.ascii.encode("c")))
    #expect(found.strings?.strings == ["ab", "c"])
    #expect(found.repetition == nil && found.thinking == nil)
  }

  @Test func `an answer that nothing ends is refused`() throws {
    #expect(throws: RolloutError(.noEndToken)) { try rules(Endless()) }
    #expect(try rules(Endless()) { $0.stop = ["."] }.tokens.count == 1)
  }

  @Test func `rules that cannot be are refused in words`() {
    #expect(throws: RolloutError(.unwritableThinkEnd("é"))) {
      try rules {
        $0.thinkTokens = 5
        $0.thinkEnd = "é"
      }
    }
    #expect(throws: RolloutError(.rule(GenerationError(.emptyStopString(index: 1))))) {
      try rules { $0.stop = ["a", ""] }
    }
    #expect(
      RolloutError(.rule(GenerationError(.emptyStopString(index: 1)))).description
        == "`rollout`: stop string 2 is empty, and an empty text is everywhere — leave it out")
  }
}
