import Foundation
import Rewards
import Testing

/// Hostile sizes: each is right or refused by a stated limit, on a small stack, within a fixed amount of
/// work.
@Suite struct AlgebraLimitTests {
  static let towers: [(String, String)] = [
    ("9^{9^{9}}", "5"), ("(10^9)!", "0"), ("2^{2^{2^{2^{2^{2}}}}}", "7"), ("1000000!", "6"),
    ("\\binom{10^9}{5\\cdot10^8}", "2"),
    ("\\frac{5^{(5^{(5^{(5^5)})}-4)}-5}{16}", "3"), ("99999999999^{99999999999}", "1"),
    ("\\sum_{k=1}^{10^{12}}k", "4"),
    ("\\sum_{k=1}^{10000}\\sum_{j=1}^{10000}j", "1"), ("x^{x^{x^{x^x}}}", "x"),
    ("\\sin\\sin\\sin\\sin\\sin\\sin\\sin\\sin 5", "5"),
    ("(x+1)^{1000}(x-1)^{1000}(x+2)^{1000}", "5"), ("\\sqrt{\\sqrt{\\sqrt{9^{9^{9^{9}}}}}}", "1"),
    ("10^{10^{100}}", "1"),
  ]

  static let storms: [String] = [
    repeated("{", 10_000) + "5", repeated("(", 30_000), repeated("\\frac", 5000),
    repeated("\\sqrt{", 8000) + "2" + repeated("}", 8000),
    repeated("x^{", 3000) + "x" + repeated("}", 3000), repeated("2^", 3000) + "2",
    repeated("|", 10_000) + "5", repeated("\\text{", 5000),
    repeated("\\text{", 5000) + repeated("}", 5000), repeated("\\overline{", 2000) + "1",
    repeated("\\left(", 5000), repeated("!", 5000),
    "3" + repeated("!", 1000), repeated("^", 3000), repeated("_", 3000), repeated("\\sin", 3000) + "1",
    repeated("\\sum_{k=1}^{2}", 2000) + "1",
    repeated("\\sin(", 3000) + "1" + repeated(")", 3000), repeated("[(", 5000) + repeated("}", 5000),
    repeated("a", 60_000),
    repeated("9", 19_000), "0." + repeated("9", 1900), "1e999999999", "0.(" + repeated("3", 3000) + ")",
    repeated("\\begin{", 3000),
    "1" + repeated("+\\sqrt{2}", 3000), (1..<3000).map { "\\frac{1}{x+\($0)}" }.joined(separator: "+"),
    (2..<400).map { "\\sqrt{\($0)}" }.joined(separator: "+"),
    (1..<3000).map { "\\ln \(1_000_000_000_000_000 + $0)" }.joined(separator: "+"),
    (1..<1500).map { "1/\($0)" }.joined(separator: "+"),
    (0..<300).map { "\(500 + $0)!" }.joined(separator: "*"),
    (1..<300).map { "\\binom{100000}{\($0)}" }.joined(separator: "+"), "199999!" + repeated("+199999!", 20),
    (1..<3000).map { "x_{\($0)}" }.joined(separator: "+"),
    (1..<800).map { "\\sin(\\sqrt{\($0)})" }.joined(separator: "+"),
    (1..<400).map { "\\sqrt{x+\($0)}" }.joined(separator: "+"),
  ]

  @Test(arguments: towers) func `a tower is not the small number beside it`(_ tower: String, _ number: String)
  {
    do {
      let verdict = try Algebra.same(tower, number)
      guard case .different = verdict else {
        Issue.record("\(tower) and \(number): \(verdict)")
        return
      }
    } catch {
      guard case .limit = error else {
        Issue.record("\(tower): \(error)")
        return
      }
    }
  }

  // That a storm ends is what its fuel is for; how soon, `make bench ONLY=verifiers` says.
  @Test func `storms of any kind end on a stack of 512 kB, and are no small number`() async {
    let believed = await onSmallStack {
      Self.storms.filter { storm in
        if case .same? = try? Algebra.same(storm, "17") { true } else { false }
      }
    }
    #expect(believed.map { $0.prefix(40) } == [])
  }

  @Test func `thousands of redundant brackets and signs leave the number inside`() throws {
    for text in [
      repeated("(", 10_000) + "5" + repeated(")", 10_000),
      repeated("{", 10_000) + "5" + repeated("}", 10_000), repeated("-", 10_000) + "5",
      repeated("1+", 4) + "1", repeated("\\left(", 5000) + "5" + repeated("\\right)", 5000),
    ] {
      #expect(try Algebra.same(text, "5") == .same(.rational), "\(text.prefix(20))")
    }
  }

  @Test func `a limit says which one it was`() {
    for (text, words) in [
      ("(10^9)!", "200,000"), (repeated("\\sqrt{", 300) + "2" + repeated("}", 300), "nesting"),
      (repeated("9", 30_000), "digits"),
    ] {
      do {
        _ = try Algebra.same(text, "17")
        Issue.record("\(text.prefix(20)) was not refused")
      } catch {
        guard case .limit(let reason) = error, reason.contains(words) else {
          Issue.record("\(text.prefix(20)): \(error)")
          continue
        }
      }
    }
  }

  @Test func `random signs never trap, and a verdict repeats itself`() {
    let pieces = [
      "1", "23", "0", ".5", "x", "y", "e", "i", "\\pi", "\\frac", "{", "}", "(", ")", "[", "]", "|", "^", "_",
      "+", "-", "*", "/", "!", "%", "\\sqrt",
      "\\sin", "\\ln", "\\log", ",", "\\binom", "\\sum", "=", "'", "^\\circ", "\\infty", "\\text{",
      "\\overline", "\\bmod", "\\left", "\\right", " ",
      "\\,", "\\\\", "&", "$", "\\begin{array}", "\\over", "½", "²", "√", "\u{FF}", "C", "f", "2e3", "_2",
      "\\pm", "\\lfloor", "\\rfloor", "0.(3)",
    ]
    var state: UInt64 = 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    for _ in 0..<6000 {
      let a = (0..<next(14)).map { _ in pieces[next(pieces.count)] }.joined()
      let b = (0..<next(8)).map { _ in pieces[next(pieces.count)] }.joined()
      let first = Result { () throws(AlgebraFailure) in try Algebra.same(a, b) }
      let second = Result { () throws(AlgebraFailure) in try Algebra.same(a, b) }
      #expect(first == second)
    }
  }

  @Test func `every prefix of a formula ends in a value or a refusal`() {
    let formula = Array(
      ("\\left|\\frac{-1\\pm\\sqrt[3]{5^{2}x_{12}'}}{2\\binom{n}{2}}\\right|"
        + "+\\sum_{k=1}^{10}\\log_2 8^k\\cdot 1{,}234.5e3-0.\\overline{12}\\text{ cm}^2")
        .utf8)
    for length in 0...formula.count {
      for start in [0, length / 2] {
        let piece = String(decoding: formula[start..<length], as: UTF8.self)
        _ = try? Algebra.same(piece, "x")
      }
    }
  }

  private func onSmallStack<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: work()) }
      thread.stackSize = 512 << 10
      thread.start()
    }
  }
}

private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
