import Rewards
import Testing

/// What Python 3.11's `re` says, unless the test says otherwise.
@Suite struct `Regular expressions` {
  static func verdict(_ pattern: String, _ mode: String, _ text: String, gold: String = "x") -> Verdict? {
    let verifier = try? RegexVerifier(["pattern": .text(pattern), "mode": .text(mode), "answer": "response"])
    return verifier?.verify(Completion(text: text, groundTruth: gold))
  }

  static func refusal(_ pattern: String, mode: ParameterValue = "full") -> VerifierParameterError? {
    do {
      _ = try RegexVerifier(["pattern": .text(pattern), "mode": mode])
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    ("abc", "abc"), ("a|bc", "bc"), ("", ""), ("a*", ""), ("a+?b??c", "aac"), ("a{2,3}", "aaa"),
    ("a{,2}", "a"),
    ("(ab){2}", "abab"), ("x{2}", "xx"), ("x{a}", "x{a}"), ("\\\\boxed{(\\d+)}", "\\boxed{42}"),
    ("a{1", "a{1"),
    ("[a-cx]+", "abcx"), ("[^a-c]", "d"), ("[]a]+", "]a"), ("[a-]+", "-a"), ("[\\d.]+", "3.14"),
    ("[^\\s]+", "ab"),
    ("\\d\\D\\w\\W\\s\\S", "1ab- c"), ("a.c", "abc"), ("(?s)a.c", "a\nc"), ("(?i)stra[s]e", "STRASE"),
    ("(?i:É)é", "éé"), ("(?i)[é]", "É"), ("[^a]", "é"), ("\\w+", "Größe"), (".", "😀"),
    ("\\x41\\u00e9\\U0001F600", "Aé😀"),
    ("\\x{1F600}", "😀"), ("\\.\\*\\(\\)\\[\\]\\{\\}\\$\\^\\|\\+\\?\\\\\\/\\-", ".*()[]{}$^|+?\\/-"),
    ("(?:a|b)(?P<n>c)(?<m>d)", "bcd"),
    ("a$", "a"), ("\\Aa\\Z", "a"), ("(?m)a$\n^b", "a\nb"), ("\\bcat\\b.*", "cat-like"), ("a\\Bb", "ab"),
    ("(a*)*b", "aab"),
    ("(?:)*a", "a"), ("(|a)+b", "aab"), ("((?:a?){3}){2}", "aaaa"), ("[\\b]", "\u{8}"), ("(?i)k", "K"),
    ("(?-i:a)", "a"),
  ])
  func `match the whole of`(pattern: String, text: String) {
    #expect(Self.verdict(pattern, "full", text)?.score == 1)
  }

  @Test(arguments: [
    ("abc", "abcd"), ("a|bc", "abc"), ("a.c", "a\nc"), ("a{2,3}", "aaaa"), ("a{2,3}", "a"), ("[^a]", "a"),
    ("\\d", "٣"),
    ("a\\bb", "ab"), ("(?i:a)b", "aB"), ("[a-c]", "B"), ("^b", "ab"), ("\\w", "-"), ("(?-i:a)", "A"),
    ("(?i)[^a]", "A"),
    ("a", ""), ("\\.", "a"),
  ])
  func `do not match the whole of`(pattern: String, text: String) {
    #expect(Self.verdict(pattern, "full", text)?.score == 0)
  }

  @Test(arguments: [
    ("b+c", "aabbcd", true), ("^b", "ab", false), ("(?m)^b", "a\nb", true),
    ("\\bcat\\b", "concatenate", false),
    ("\\bétat\\b", "l’état.", true), ("x$", "y\nx", true), ("x$", "x\ny", false), ("(?m)x$", "x\ny", true),
    ("", "", true),
    ("a{3}", "aabaa", false), ("(?:ab|a)(?:c|bcd)(?:d*)$", "xabcd", true), ("[.]py", "a.py", true),
    ("é", "cafe", false),
    ("\\Z", "abc", true), ("colou?r", "the color", true),
  ])
  func `are searched for`(pattern: String, text: String, isFound: Bool) {
    #expect(Self.verdict(pattern, "search", text)?.score == (isFound ? 1 : 0))
  }

  @Test(arguments: [
    ("answer is (\\d+)", "answer is 3, no: answer is 41", "41"), ("(a)|(b)", "xab", "b"),
    ("(a)(x)?", "xa", "a"),
    ("(\\w+)=(\\w+)", "k=v, n=m", "m"), ("(a|ab)(c|bcd)", "abcd", "bcd"), ("(a+?)(a*)", "aaa", "aa"),
    ("(?:(\\d)\\.?)+", "1.2.3", "3"), ("\\\\boxed\\{(.*?)\\}", "\\boxed{1} and \\boxed{ 2 }", "2"),
    ("(..)", "abcde", "cd"),
    ("((a)|(b))+", "ab", "b"), ("(?i)FINAL: *(\\S+)", "final:  é7", "é7"), ("(a)*x|(b)", "x b", "b"),
  ])
  func `give the last group of their last match`(pattern: String, text: String, group: String) {
    let verdict = Self.verdict(pattern, "last_group_equals_gold", text, gold: " \(group)\n")
    #expect(verdict?.score == 1 && verdict?.extracted == group, "\(String(describing: verdict))")
    #expect(Self.verdict(pattern, "last_group_equals_gold", text, gold: "other")?.status == .incorrect)
  }

  @Test func `that match nowhere, or without a group, find no answer`() {
    #expect(Self.verdict("(q)", "last_group_equals_gold", "abc")?.status == .noAnswer)
    #expect(Self.verdict("(q)?a", "last_group_equals_gold", "abc")?.status == .noAnswer)
    #expect(Self.verdict("(a)", "last_group_equals_gold", "a", gold: " ")?.status == .noVerdict)
  }

  @Test(arguments: [
    ("a(b", 2, "never closed"), ("ab)", 3, "closes no group"), ("*a", 1, "nothing to repeat"),
    ("a**", 3, "follows"),
    ("a|+", 3, "nothing to repeat"), ("^*", 2, "nothing to repeat"), ("{2}", 1, "nothing to repeat"),
    ("[a-", 1, "never closed"),
    ("x[z-a]", 3, "counts down"), ("a{3,2}", 2, "counts down"), ("a{1001}", 3, "more than 1000"),
    ("(?=a)", 1, "look-ahead"),
    ("(?!a)", 1, "look-ahead"), ("a(?<=b)", 2, "look-behind"), ("(?<!b)", 1, "look-behind"),
    ("(a)\\1", 4, "back-reference"),
    ("(?P<n>a)(?P=n)", 9, "back-reference"), ("\\k<n>", 1, "back-reference"), ("a*+", 3, "possessive"),
    ("(?>a)", 3, "flags"),
    ("(?x)a", 3, "flags"), ("\\p{L}", 1, "subset"), ("[[:alpha:]]", 2, "subset"), ("\\y", 1, "means nothing"),
    ("a\\", 2, "escapes nothing"),
    ("\\xg1", 1, "no character"), ("\\x{110000}", 1, "no character"), ("\\ud800", 1, "no character"),
    ("(?P<a>x)(?P<a>y)", 9, "one name"),
    ("(?P<>x)", 1, "name"), ("((a{1000}){1000})", 4, "more than 10000 states"),
    ("(?:(?:(?:){1000}){1000}){1000}", 11, "states"),
    ("[\\b-\\d]", 2, "set of characters"), ("ab(?i", 3, "never closed"),
  ])
  func `that cannot be used are an error with its place`(pattern: String, position: Int, problem: String) {
    let refusal = Self.refusal(pattern)
    #expect(refusal?.parameter == "pattern")
    #expect(refusal?.problem.contains("at character \(position), ") == true, "\(String(describing: refusal))")
    #expect(refusal?.problem.contains(problem) == true, "\(String(describing: refusal))")
  }

  @Test func `are bounded in size`() {
    #expect(Self.refusal(String(repeating: "a", count: 4096)) == nil)
    #expect(Self.refusal(String(repeating: "a", count: 4097)) != nil)
    #expect(Self.refusal(String(repeating: "(", count: 101) + String(repeating: ")", count: 101)) != nil)
    #expect(Self.refusal(String(repeating: "(a)", count: 51)) != nil)
    #expect(Self.refusal(String(repeating: "(?:", count: 100) + String(repeating: ")", count: 100)) == nil)
  }

  @Test func `in a ground truth that cannot be used give no verdict`() {
    let verdict = RegexVerifier().verify(Completion(text: "a", groundTruth: "a(b"))
    #expect(verdict.status == .noVerdict && verdict.rule.contains("at character 2"))
    #expect(RegexVerifier().verify(Completion(text: "", groundTruth: "")).status == .noVerdict)
  }

  @Test func `for a group need one`() {
    #expect(Self.refusal("a", mode: "last_group_equals_gold")?.problem.contains("no group") == true)
    #expect(throws: VerifierParameterError.self) { try RegexVerifier(["mode": "last_group_equals_gold"]) }
    #expect(throws: VerifierParameterError.self) { try RegexVerifier(["mode": "match"]) }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("(a*)*b", "search"), ("(x+x+)+y", "full"), ("(a|a)*$b", "full"), ("(a?){500}a{500}", "full"),
      ("(.*)(.*)(.*)(.*)=", "search"),
      ("([ab]|a|b|ab)*c", "full"), ("(a|aa){1000}[ab]{999}$", "search"),
      ("(a.*b|c)", "last_group_equals_gold"),
    ])
  func `that blow up elsewhere end here`(pattern: String, mode: String) {
    for text in [String(repeating: "a", count: 100_000), String(repeating: "xac", count: 30_000)] {
      let verdict = Self.verdict(pattern, mode, text)
      #expect(verdict?.score == 0 && verdict?.status != .noVerdict)
    }
  }

  @Test func `that would take too long are a limit, not a wrong answer`() {
    let verdict = Self.verdict("[ab]*[ab]{900}c", "search", String(repeating: "a", count: 100_000))
    #expect(verdict?.status == .limit && verdict?.score == 0)
  }

  @Test func `look behind the thinking unless told otherwise`() throws {
    let completion = Completion(text: "<think>PASS</think>\n FAIL ", groundTruth: "PASS")
    func score(_ place: ParameterValue) throws -> Double? {
      try RegexVerifier(["mode": "search", "answer": place]).verify(completion).score
    }
    #expect(try score("after_think") == 0)
    #expect(try score("response") == 1)
    #expect(RegexVerifier().verify(Completion(text: "<think>a</think>\n b ", groundTruth: "b")).score == 1)
    #expect(RegexVerifier().verify(Completion(text: "<think>b", groundTruth: ".*")).status == .noAnswer)
    let marked = try RegexVerifier(["pattern": "[A-D]", "answer": "marked"])
    #expect(marked.verify(Completion(text: "so \\boxed{B}", groundTruth: "")).score == 1)
    #expect(marked.verify(Completion(text: "B", groundTruth: "")).status == .noAnswer)
  }
}
