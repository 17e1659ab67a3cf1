import Rewards
import Testing

/// Pairs that are the same value, and pairs that only look so.
@Suite struct SamenessTests {
  @Test(arguments: [
    ("1234567", "1,234,567"), ("1234567", "1{,}234{,}567"), ("1234567", "1\\,234\\,567"), ("12345", "12 345"),
    ("0.\\overline{142857}", "1/7"), ("0.1\\overline{6}", "\\frac16"), ("0.1(6)", "1/6"),
    ("0.\\dot{1}4285\\dot{7}", "\\frac17"),
    ("0.\\overline{9}", "1"), ("2.\\bar{3}", "7/3"), ("-2\\frac{3}{4}", "-2.75"), ("-2 3/4", "-11/4"),
    ("1.2e-3", "0.0012"), ("6.02\\times 10^{23}", "602000000000000000000000"), ("5\\cdot10^{-1}", ".5"),
    ("½", "0.5"), ("3½", "3.5"), ("2⁵", "32"), ("x₁+x₂", "x_2+x_1"), ("−7", "-7"), ("√(x+1)", "\\sqrt{x+1}"),
    ("∛8", "2"),
    ("٣", "3"), ("５．５", "5.5"), ("³√27", "3"), ("10⁻³", "0.001"), ("--5", "5"), ("2^10", "1024"),
    ("x^23", "3x^2"),
    ("2^3^2", "512"), ("-2^2", "-4"), ("\\frac12", "1/2"), ("\\frac\\pi4", "\\frac{\\pi}{4}"),
    ("{3\\over4}", "0.75"), ("3 \\over 4", "0.75"),
    ("-7\\bmod 5", "3"), ("1011_2", "11_{10}"), ("2A_{16}", "2a_{16}"), ("110_{\\text{two}}", "6"),
    ("(1011)_2", "11"),
    ("\\dfrac{1}{2}{}", "\\cfrac{1}{2}"), ("\\left(\\tfrac12\\right)", "0.5"), ("2\\mathrm{i}", "2i"),
    ("sqrt(45)", "3\\sqrt5"),
    ("0.333\\ldots", "1/3"), ("0.1666...", "1/6"), ("0.142857142857\\dots", "1/7"), ("5{-}3", "2"),
    ("\\mathrm{3AF}_{16}", "943"), ("10.1_2", "2.5"), ("2e-2", "0.02"), ("\\frac{2e-2}{e}", "2-\\frac2e"),
  ])
  func `numbers read as people write them`(_ a: String, _ b: String) throws { try expectSame(a, b) }

  @Test(arguments: [
    ("2^{100000}", "4^{50000}"), ("9^{9^9}", "3^{2\\cdot 9^9}"), ("2004!", "2004\\cdot2003!"),
    ("\\frac{100!}{98!}", "9900"),
    ("10^{10^{20}}", "100^{5\\cdot 10^{19}}"), ("\\binom{100}{50}", "\\frac{100!}{50!\\cdot50!}"),
    ("2^{-99}", "\\frac{2}{2^{100}}"),
    ("\\binom{n}{k}", "\\frac{n!}{k!(n-k)!}"), ("\\binom{n}{3}", "\\frac{n(n-1)(n-2)}{6}"),
    ("\\frac{(n+1)!}{n!}", "n+1"),
    ("{}_{5}P_{2}", "20"), ("C_6^2", "15"), ("C(6,2)", "15"), ("10C4", "210"), ("n \\choose 2", "n(n-1)/2"),
    ("8!!", "384"),
    ("\\sum_{k=1}^{n}k^2", "\\frac{n(n+1)(2n+1)}6"), ("\\sum_{k=0}^{n}\\binom{n}{k}", "2^n"),
    ("\\prod_{k=1}^{5}k", "5!"),
    ("\\sum_{k=1}^{n}\\sum_{j=1}^{k}1", "\\frac{n(n+1)}2"), ("(x+1)^{1000}", "(1+x)^{1000}"),
  ])
  func `integers, factorials and powers at any size`(_ a: String, _ b: String) throws { try expectSame(a, b) }

  @Test(arguments: [
    ("\\sqrt{8}+\\sqrt{2}", "3\\sqrt2"), ("\\frac{1}{\\sqrt2+1}", "\\sqrt2-1"),
    ("\\sqrt{3+2\\sqrt2}", "1+\\sqrt2"),
    ("\\sqrt[3]{-8}", "-2"), ("\\sqrt[3]{54}", "3\\sqrt[3]{2}"), ("2^{1/3}\\cdot 4^{1/3}", "2"),
    ("\\sqrt[4]{4}", "\\sqrt{2}"),
    ("\\sqrt[3]{2+\\sqrt5}+\\sqrt[3]{2-\\sqrt5}", "1"), ("\\sqrt{1234577}\\sqrt{2}", "\\sqrt{2469154}"),
    ("\\sqrt{10^{40}}", "10^{20}"),
    ("\\sqrt{x^2}", "|x|"), ("\\sqrt{x^2+2x+1}", "|x+1|"), ("\\sqrt{4x}", "2\\sqrt{x}"),
    ("x^{3/2}", "x\\sqrt{x}"),
    ("\\sqrt[3]{x^3}", "x"), ("\\sqrt{9-x^2}", "\\sqrt{(3-x)(3+x)}"),
    ("\\sqrt{2(x-20)}", "\\sqrt2\\sqrt{x-20}"),
    ("\\frac{\\sqrt{x+1}-1}{x}", "\\frac{1}{\\sqrt{x+1}+1}"), ("||-3|-5|", "2"), ("|x-1|", "|1-x|"),
  ])
  func `roots and absolute values`(_ a: String, _ b: String) throws { try expectSame(a, b) }

  @Test(arguments: [
    ("(2+3i)(2-3i)", "13"), ("i^{2023}", "-i"), ("\\sqrt{-9}", "3i"), ("|5-12i|", "13"),
    ("\\overline{3+4i}", "3-4i"),
    ("e^{i\\pi/4}", "\\frac{\\sqrt2}{2}+\\frac{\\sqrt2}{2}i"),
    ("2\\operatorname{cis}\\frac{\\pi}{6}", "\\sqrt3+i"),
    ("e^{i\\theta}", "\\cos\\theta+i\\sin\\theta"), ("z\\bar z", "|z|^2"),
    ("\\sqrt{i}", "\\frac{1+i}{\\sqrt2}"),
    ("\\operatorname{Re}(3+4i)", "3"), ("\\sqrt{-2}\\cdot\\sqrt{-3}", "-\\sqrt6"),
    ("a^2+b^2", "(a+bi)(a-bi)"),
  ])
  func `complex numbers`(_ a: String, _ b: String) throws { try expectSame(a, b) }

  @Test(arguments: [
    ("\\sin 75^\\circ", "\\frac{\\sqrt6+\\sqrt2}{4}"), ("\\cos 36^\\circ", "\\frac{1+\\sqrt5}{4}"),
    ("\\tan\\frac{\\pi}{8}", "\\sqrt2-1"),
    ("\\cos\\frac{\\pi}{7}\\cos\\frac{2\\pi}{7}\\cos\\frac{3\\pi}{7}", "\\frac18"),
    ("\\sin 3x", "3\\sin x-4\\sin^3 x"),
    ("\\tan 2x", "\\frac{2\\tan x}{1-\\tan^2 x}"), ("\\frac{\\sin x}{1+\\cos x}", "\\tan\\frac{x}{2}"),
    ("\\cos(x+\\frac\\pi2)", "-\\sin x"),
    ("\\arctan 2+\\arctan 3", "\\frac{3\\pi}{4}"), ("\\cos(\\arcsin x)", "\\sqrt{1-x^2}"),
    ("\\cosh^2x-\\sinh^2x", "1"),
    ("\\cos n\\pi", "(-1)^n"), ("sin(pi/6)", "1/2"), ("sinxcosx", "\\frac12\\sin 2x"),
    ("30^\\circ15'", "30.25^\\circ"),
    ("\\sin(2x+1)", "\\sin 2x\\cos 1+\\cos 2x\\sin 1"),
  ])
  func `angles`(_ a: String, _ b: String) throws { try expectSame(a, b) }

  @Test(arguments: [
    ("\\ln 12", "2\\ln2+\\ln3"), ("\\log_2 3\\cdot\\log_3 4", "2"), ("\\log_{1/2}8", "-3"),
    ("e^{-\\ln x}", "\\frac1x"),
    ("2^{\\log_2 7}", "7"), ("\\ln(2+\\sqrt3)", "-\\ln(2-\\sqrt3)"), ("\\ln(x^2)", "2\\ln|x|"),
    ("\\ln(xy)", "\\ln x+\\ln y"),
    ("2^x\\cdot3^x", "6^x"), ("2^{x/2}", "\\sqrt{2}^{x}"), ("(-1)^{2n}", "1"),
    ("2\\cdot 3^{n-1}", "\\frac23 3^n"), ("\\sqrt{e}\\sqrt{e}", "e"),
    ("f(x+1)", "f(1+x)"), ("\\lfloor 100\\pi\\rfloor", "314"), ("\\text{lcm}(4,6,10)", "60"),
    ("\\max\\{1,\\frac32\\}", "1.5"),
  ])
  func `logarithms, exponentials and other functions`(_ a: String, _ b: String) throws {
    try expectSame(a, b)
  }

  @Test(arguments: [
    ("\\begin{vmatrix}1&2\\\\3&4\\end{vmatrix}", "-2"),
    ("\\det\\begin{pmatrix}1&2&3\\\\0&1&4\\\\5&6&0\\end{pmatrix}", "1"),
    ("\\left|\\begin{array}{cc}a&b\\\\c&d\\end{array}\\right|", "ad-bc"),
    ("\\begin{vmatrix}1&2&3&4\\\\0&1&4&4\\\\5&6&0&1\\\\2&0&1&1\\end{vmatrix}", "42"),
  ])
  func `determinants are numbers`(_ a: String, _ b: String) throws { try expectSame(a, b) }

  @Test(arguments: [
    ("2^{-99}", "2^{-98}"), ("1/2004!", "1/2006!"), ("2^{100000}", "4^{50001}"), ("9^{9^9}", "9^{9^9}+1"),
    ("1000!", "1000\\cdot 999!+1"),
    ("10^{10^{100}}", "10^{10^{99}}"), ("99999999999999999999999", "99999999999999999999998"),
    ("x^2+10^{-12}", "x^2"), ("0", "0.0000001"),
    ("\\sqrt{10^{40}+1}", "10^{20}"), ("\\sqrt{2}", "\\sqrt{2+10^{-40}}"),
    ("\\sum_{k=1}^{20}\\frac1k", "\\sum_{k=1}^{20}\\frac1k+10^{-30}"),
    ("\\sqrt{x^2}", "x"), ("|x|", "x"), ("x^{3/2}", "x^{2/3}"), ("-2^2", "4"), ("x+1/2", "\\frac{x+1}{2}"),
    ("7 1/3", "71/3"),
    ("\\sin 60", "\\frac{\\sqrt3}{2}"), ("\\sin \\pi x", "0"), ("\\cos 2\\pi x", "1"),
    ("\\ln(x+y)", "\\ln x+\\ln y"), ("2\\ln 2", "\\ln 2"),
    ("f(2x)", "2f(x)"), ("f'(x)", "f(x)"), ("x_1", "x"), ("x_{10}", "x_{1}0"), ("\\theta", "\\Theta"),
    ("e", "E"), ("1011_2", "1011_3"), ("а", "a"),
    ("\\frac{1}{0}", "\\frac{1}{0}"), ("\\infty-\\infty", "0"), ("\\frac00", "\\frac00"),
    ("\\tan 90^\\circ", "0"), ("1/(x-x)", "1/(x-x)"),
    ("\\infty", "-\\infty"), ("\\binom{n}{k}", "\\frac{n!}{k!}"), ("e^{2\\pi i/3}", "\\frac{1+i\\sqrt3}{2}"),
    ("\\pi", "22/7"), ("(-1)^n", "1"), ("(-1)^k", "1"), ("(-2)^m", "2^m"), ("i^{2n}", "1"),
    ("(-1)^{nm}", "1"),
    ("\\frac{1+(-1)^n}{2}", "1"), ("(-1)^{n+m}", "(-1)^n"), ("n!(-1)^n", "n!"), ("\\cos n\\pi", "1"),
  ])
  func `what only looks the same`(_ a: String, _ b: String) throws {
    guard let verdict = try? Algebra.same(a, b) else { return }
    guard case .different = verdict else {
      Issue.record("\(a) and \(b): \(verdict)")
      return
    }
  }

  private func expectSame(_ a: String, _ b: String) throws {
    for (left, right) in [(a, b), (b, a), (a, a)] {
      let verdict = try Algebra.same(left, right)
      guard case .same = verdict else {
        Issue.record("\(left) and \(right): \(verdict)")
        return
      }
    }
  }
}
