import Rewards
import Testing

@Suite struct `Countdown grammar and scores` {
  @Test(arguments: [
    "#### (3 × 7) + 5", "#### 3∗7＋5", "#### 3·7+5", "\\boxed{3 \\times 7 + 5}",
    "\\boxed{3 \\cdot 7 + 5 = 26}",
    "\\boxed{\\left(3 \\times 7\\right) + 5}", "#### 3*7+5 = 26", "#### `3*7+5`", "#### $3*7+5$",
    "#### ３*７+５",
  ])
  func `signs of other alphabets mean the same`(text: String) throws {
    #expect(try judge("countdown", "26;3,5,7", text).status == .correct)
  }

  @Test func `a fraction in LaTeX is a division of the whole`() throws {
    #expect(try judge("countdown", "24;3,3,8,8", "\\boxed{\\frac{8}{3-\\frac{8}{3}}}").status == .correct)
    #expect(try judge("countdown", "2;8,3,12", "\\boxed{8/\\frac{12}{3}}").status == .correct)
    #expect(try judge("countdown", "2;8,3,12", "\\boxed{\\frac 8 {\\frac{12}3}}").status == .correct)
    #expect(try judge("countdown", "6;8,3,4", "\\boxed{8\\frac{3}{4}}").score == 0)
  }

  @Test(arguments: [
    "3**7+5", "3^7+5", "3//7+5", "--5+3*7", "+5+3*7", "-(-5)+3*7", "3 7 + 5", "(3)(7)+5", "3x7+5", "3.0*7+5",
    "3*7+5e0", "abs(3*7+5)", "3*7+5 or 26", "3*7+5=26=26", "=26", "3*7+5=", "７3",
  ])
  func `nothing else is an expression, and it earns no format score`(expression: String) throws {
    let verdict = try judge("countdown", "26;3,5,7", "#### x \(expression)", ["format_score": .number(0.1)])
    #expect(verdict.score == 0)
    #expect(try judge("countdown", "26;3,5,7", "#### \(expression)").score == 0)
  }

  @Test func `an expression that is not right gets the format score`() throws {
    let parameters: VerifierParameters = ["format_score": .number(0.1)]
    for text in ["3+5+7", "3*7", "26", "3/(5-5)+7", "3*7+5=27"] {
      let verdict = try judge("countdown", "26;3,5,7", "#### \(text)", parameters)
      #expect(verdict.score == 0.1 && verdict.status == .incorrect, "\(text)")
    }
    #expect(try judge("countdown", "26;3,5,7", "no answer", parameters).score == 0)
    #expect(try judge("countdown", "26;3,5,7", "#### 3*7+5", parameters).score == 1)
  }

  @Test func `numbers may be left over only where that is allowed`() throws {
    let parameters: VerifierParameters = ["use_all": .bool(false)]
    #expect(try judge("countdown", "21;3,5,7", "#### 3*7", parameters).score == 1)
    #expect(try judge("countdown", "21;3,5,7", "#### 3*7").score == 0)
    #expect(try judge("countdown", "9;3,5,7", "#### 3*3", parameters).score == 0)
    #expect(try judge("countdown", "9;3,3,7", "#### 3*3", parameters).score == 1)
    #expect(try judge("countdown", "4;3,5,7", "#### 4", parameters).score == 0)
  }

  @Test func `parameters of another kind are errors`() {
    #expect(throws: VerifierParameterError("format_score", "is 1.0, but must be between 0.0 and 0.9")) {
      try CountdownVerifier(["format_score": .integer(1)])
    }
    #expect(throws: VerifierParameterError("use_all", "is a text, but must be true or false")) {
      try CountdownVerifier(["use_all": .text("yes")])
    }
  }
}

@Suite struct `Verifiers of number tasks` {
  @Test(arguments: [
    ("integer_list", "1,2,3", "#### 1, 2 3;", true),
    ("integer_list", "1,2,3", "\\boxed{\\{1, 2, 3\\}}", true),
    ("integer_list", "-1 +2", "#### −1, 2", true), ("integer_list", "none", "#### none", true),
    ("integer_list", "1,2,3", "#### 1,2,3.0", false), ("integer_list", "1,2,3", "#### 1,2", false),
    ("integer_list", "1,2", "#### 1 and 2", false), ("sorting", "3,1,2", "#### 1 2 3", true),
    ("sorting", "3,1,2", "#### 1,2,3,3", false), ("sorting", "10,9", "#### 9,10", true),
    ("sorting", "10,9", "#### 10,9", false), ("sorting", "b a", "#### a, b", true),
    ("prime_factorization", "97", "#### 97", true), ("prime_factorization", "360", "#### 2³·3²·5", true),
    ("prime_factorization", "1024", "#### 2¹⁰", true),
    ("prime_factorization", "360", "\\boxed{2^{3} \\cdot 3^{2} \\cdot 5}", true),
    ("prime_factorization", "360", "#### 360 = 2,2,2,3,3,5", true),
    ("prime_factorization", "4", "#### 2 + 2", false),
    ("prime_factorization", "97", "#### 1 * 97", false), ("prime_factorization", "91", "#### 91", false),
    ("prime_factorization", "12", "#### 2^2*3 = 12", false),
    ("prime_factorization", "12", "#### -2 * -6", false),
    ("prime_factorization", "3215031751", "#### 3215031751", false),
    ("prime_factorization", "9223372036854775783", "#### 9223372036854775783", true),
    ("base_conversion", "255;10;16", "#### ff", true), ("base_conversion", "255;10;16", "#### FF₁₆", false),
    ("base_conversion", "255;10;16", "\\boxed{\\text{FF}_{16}}", true),
    ("base_conversion", "5;10;2", "#### 0b101", true),
    ("base_conversion", "5;10;2", "#### 00 0101", true), ("base_conversion", "5;10;2", "#### 0x101", false),
    ("base_conversion", "5;10;2", "#### 101_3", false), ("base_conversion", "5;10;2", "#### 102", false),
    ("base_conversion", "zz;36;10", "#### 1295", true), ("base_conversion", "1295;10;36", "#### zz", true),
    ("fraction", "6/8", "\\boxed{\\dfrac{3}{4}}", true), ("fraction", "6/8", "\\boxed{\\frac34}", true),
    ("fraction", "-6/8", "#### −3/4", true), ("fraction", "6/-8", "\\boxed{-\\frac{3}{4}}", true),
    ("fraction", "6/-8", "#### 3/-4", false), ("fraction", "6/3", "#### 2", true),
    ("fraction", "0/5", "#### 0", true),
    ("fraction", "6/8", "#### 6/8", false), ("fraction", "6/8", "#### 3/4/1", false),
    ("fraction", "6/8", "#### 4/3", false),
    ("fraction", "6/8", "#### 3/0", false), ("gcd", "12,18,27", "#### 3", true),
    ("gcd", "12,18", "#### -6", false),
    ("gcd", "17,5", "#### gcd = 1", true), ("lcm", "4,6", "#### 12", true), ("lcm", "4,6", "#### 24", false),
    ("lcm", "1000,1001", "#### 1,001,000", true), ("lcm", "1000,1001", "#### 1,0010,00", false),
    ("polynomial_roots", "1,-6,11,-6", "#### 3, 1, 2", true),
    ("polynomial_roots", "1,-6,11,-6", "#### x_1 = 1, x_2 = 2, x_3 = 3", true),
    ("polynomial_roots", "1,-6,11,-6", "#### x = 1 or x = 2 or x = 3", true),
    ("polynomial_roots", "1,-6,11,-6", "#### 1, 2", false),
    ("polynomial_roots", "1,-6,11,-6", "#### 1,2,3,3", false), ("polynomial_roots", "2,-1,0", "#### 0", true),
    ("polynomial_roots", "1,0,-2", "#### none", true), ("polynomial_roots", "1,0,-2", "#### 1", false),
    ("polynomial_roots", "1,-1500001,500000000000", "#### none", true),
    ("knapsack", "0;1:5", "#### none", true),
    ("polynomial_roots", "1,-1500000,500000000000", "#### 1000000, 500000", true),
    ("knapsack", "9;1:5", "#### none", false), ("knapsack", "5;4:5,2:3,3:4", "#### 0, 3", false),
    ("knapsack", "5;4:5,2:3,3:4", "#### 2,2", false), ("knapsack", "5;4:5,2:3,3:4", "#### 3 2", true),
  ])
  func `say yes to every right form and no to the rest`(
    name: String, gold: String, text: String, isRight: Bool
  ) throws {
    let verdict = try judge(name, gold, text)
    #expect(verdict.status == (isRight ? .correct : .incorrect), "\(name): \(verdict)")
  }

  @Test(arguments: [
    ("integer_list", "a"), ("sorting", ""), ("prime_factorization", "1"),
    ("prime_factorization", "9223372036854775808"),
    ("base_conversion", "12;10"), ("base_conversion", "12;2;10"), ("base_conversion", "12;10;37"),
    ("fraction", "1/0"),
    ("fraction", "0.5"), ("gcd", "12"), ("gcd", "12,0"), ("gcd", "12,-3"), ("lcm", "x,y"),
    ("polynomial_roots", "5"),
    ("polynomial_roots", "0,1,2"), ("polynomial_roots", "1,x"), ("knapsack", "5"), ("knapsack", "5;3"),
    ("knapsack", "-1;3:4"), ("knapsack", "5000000;1:1"),
    ("polynomial_roots", "1,1,9223372036854775807,9223372036854775807"),
  ])
  func `a ground truth that states no task gives no verdict`(name: String, gold: String) throws {
    #expect(try judge(name, gold, "#### 1").status == .noVerdict)
  }

  @Test func `numbers beyond the stated sizes are refused by name`() throws {
    let nines = String(repeating: "9", count: 5000)
    for (name, gold) in [
      ("integer_list", "1,2"), ("base_conversion", "12;10;16"), ("fraction", "1/2"), ("gcd", "4,6"),
      ("lcm", "4,6"),
      ("polynomial_roots", "1,2"),
    ] {
      #expect(try judge(name, gold, "#### \(nines)").status == .limit, "\(name)")
    }
  }

  @Test func `a wrong choice earns its share only on request`() throws {
    let verdict = try judge("knapsack", "5;4:5,2:3,3:4", "#### 2")
    #expect(verdict.score == 0 && verdict.metric("partial") == 3.0 / 7)
    #expect(try judge("knapsack", "5;4:5,2:3,3:4", "#### 2", ["partial": .bool(true)]).score == 3.0 / 7)
  }
}
