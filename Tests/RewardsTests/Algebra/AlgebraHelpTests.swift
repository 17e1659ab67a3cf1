import Rewards
import Testing

/// What the comparison of structures asks of the algebra: order, lines, proportion, decimal forms.
@Suite struct AlgebraHelpTests {
  @Test(arguments: [
    ("\\pi", "3.141592653589793238462643383", true), ("\\pi", "3.14159", true), ("\\pi", "3.14160", false),
    ("\\pi", "3.1416", true),
    ("e", "2.7182818284590452353602874713", true), ("\\ln 2", "0.69314718055994530941723212", true),
    ("\\sin 1", "0.84147098480789650665250232", true),
    ("\\arctan\\frac13", "0.32175055439664219340140461", true),
    ("\\sqrt{2}", "1.41421356237309504880168872", true),
    ("\\sqrt[3]{10}", "2.15443469003188372175929356", true),
    ("e^{\\pi}", "23.1406926327792690057290863", true), ("\\cos 100", "0.862318872287683934", true),
    ("\\ln\\pi", "1.14472988584940017414342735", true),
    ("\\frac13", "0.333333", true), ("\\frac23", "0.666667", true), ("\\frac23", "0.666666", true),
    ("\\frac23", "0.666668", false),
    ("\\frac14", "0.249999", false), ("1000\\pi", "3.14159e3", true), ("1000\\pi", "3.1416e3", true),
  ])
  func `a decimal stands for what it rounds or cuts`(_ constant: String, _ decimal: String, _ expected: Bool)
    throws
  {
    var algebra = Algebra()
    let other = try algebra.read(constant)
    let tokens = try MathLexer.tokens(Array(decimal.utf8), fuel: &algebra.fuel)
    let literal = try tokens.literal(at: 0)
    #expect(try algebra.isDecimalForm(literal, isNegative: false, of: other) == expected)
  }

  @Test(
    arguments: [
      ("y-2x-1", "2y-4x-2", 1), ("y-2x-1", "2x+1-y", -1), ("x^2+y^2-25", "25-x^2-y^2", -1),
      ("y-\\frac{x}{2}", "2y-x", 1),
      ("\\pi x", "x", 1), ("y-2x-1", "y-2x+1", nil), ("x-y", "0", nil), ("x^2", "x", nil),
      ("\\sqrt{x+1}-y", "2\\sqrt{x+1}-2y", 1), ("|x|-y", "|x|+y", nil),
      ("f(2)-5", "f(2)-6", nil), ("f(2)-5", "10-2f(2)", -1), ("f(2)-\\ln 2", "f(2)-\\ln 3", nil),
      ("f(2)-5", "g(2)-5", nil), ("2-3", "4-5", nil), ("0y-1", "0y-2", nil),
      ("0y-2^{\\sqrt2}", "0y-3^{\\sqrt2}", nil),
    ] as [(String, String, Int?)])
  func `equations that differ by a factor`(_ a: String, _ b: String, _ sign: Int?) throws {
    var algebra = Algebra()
    let left = try algebra.read(a)
    let right = try algebra.read(b)
    #expect(try algebra.proportionality(left, right) == sign)
    #expect(try algebra.areProportional(right, left) == (sign != nil))
  }

  @Test func `an expression linear in its only symbol has a slope and an offset`() throws {
    for (text, slope, offset) in [
      ("3(x-2)+x", "4", "-6"), ("\\frac{x}{2}-\\sqrt2", "\\frac12", "-\\sqrt2"), ("\\pi x", "\\pi", "0"),
      ("5", "0", "5"),
    ] {
      var algebra = Algebra()
      let f = try algebra.read(text)
      let x = try algebra.symbol(named: Array("x".utf8))
      let line = try algebra.linear(f, in: x)
      let found = try #require(line)
      for (value, expected) in [(found.slope, slope), (found.offset, offset)] {
        let expression = try algebra.read(expected)
        guard case .same = try algebra.same(value, expression) else {
          Issue.record("\(text): not \(expected)")
          continue
        }
      }
    }
    for text in ["x^2", "1/x", "|x|", "x+y"] {
      var algebra = Algebra()
      let f = try algebra.read(text)
      let x = try algebra.symbol(named: Array("x".utf8))
      #expect(try algebra.linear(f, in: x) == nil, "\(text)")
    }
  }

  @Test(
    arguments: [
      ("\\sqrt2", "1.5", -1), ("\\pi", "\\frac{22}{7}", -1), ("\\infty", "10^{10}", 1),
      ("-\\infty", "\\infty", -1), ("\\sqrt{4}", "2", 0),
      ("\\sqrt2+\\sqrt3", "\\sqrt{5+2\\sqrt6}", 0), ("2^{-99}", "2^{-98}", -1), ("x", "1", nil),
      ("i", "1", nil),
    ] as [(String, String, Int?)])
  func `real constants are ordered`(_ a: String, _ b: String, _ order: Int?) throws {
    var algebra = Algebra()
    let left = try algebra.read(a)
    let right = try algebra.read(b)
    #expect(try algebra.order(left, right) == order)
    #expect(try algebra.order(right, left) == order.map { -$0 })
  }

  @Test func `expressions built from older ones see only their own parts`() throws {
    var algebra = Algebra()
    let x = try algebra.read("x")
    _ = try algebra.read("\\sum_{k=1}^{n}\\sqrt{y+k}")
    let two = try algebra.read("2")
    _ = try algebra.read("\\frac{1}{z-z}")
    let product = try algebra.product(x, two)
    let twice = try algebra.sum(x, x)
    guard case .same = try algebra.same(product, twice) else {
      Issue.record("2x is not x + x")
      return
    }
    #expect(algebra.freeSymbols(product).count == 1)
  }

  @Test(arguments: [
    "\\text{cm}", "words", "1,2", "x=1", "x<2", "[1,2)", "\\{1\\}", "(1", "1)", "", "+", "\\frac{1}", "2 3",
    "\\pm 2", "\\sum_{k=1}^{\\infty}k", "\\int x", "x\\to 2",
  ])
  func `what is no scalar is not read`(_ text: String) {
    var algebra = Algebra()
    do {
      _ = try algebra.read(text)
      Issue.record("`\(text)` was read")
    } catch {
      guard case .unreadable = error else {
        Issue.record("`\(text)`: \(error)")
        return
      }
    }
  }

  @Test func `plus-minus is read with a choice of sign`() throws {
    var algebra = Algebra()
    let upper = try algebra.read("1\\pm\\sqrt2\\mp 3", signs: .upper)
    let lower = try algebra.read("1\\pm\\sqrt2\\mp 3", signs: .lower)
    for (value, text) in [(upper, "-2+\\sqrt2"), (lower, "4-\\sqrt2")] {
      let expected = try algebra.read(text)
      guard case .same = try algebra.same(value, expected) else {
        Issue.record("not \(text)")
        continue
      }
    }
  }
}
