/// What a LaTeX command or a bare name means to the lexer.
struct MathCommand: Sendable {
  enum Action: UInt8, Sendable {
    /// Becomes a token.
    case token
    /// Leaves nothing: sizes, styles, math delimiters.
    case drop
    /// Leaves a blank.
    case blank
    /// Its argument stands for itself: `\mathbf{x}`.
    case wrapper
    /// `\mathrm`, `\textbf`: text if its argument holds a word, else a wrapper.
    case upright
    /// `\text`, `\mbox`: text if its argument holds any letter, else a wrapper.
    case text
    /// The command and its argument vanish: `\color{blue}`, `\hspace{1em}`.
    case dropArgument
    case left, right
    case begin, end
    case numberSet
  }

  let action: Action
  let kind: MathToken.Kind
  let form: UInt8

  /// Looks a command up by name, without the backslash.
  static func command(_ name: Bytes) -> MathCommand? { commands.value(of: name) }

  /// Looks a bare name up: `sin`, `sqrt`, `pi`.
  static func word(_ name: Bytes) -> MathCommand? { words.value(of: name) }

  fileprivate init(_ action: Action, _ kind: MathToken.Kind = .unknown, _ form: UInt8 = 0) {
    self.action = action
    self.kind = kind
    self.form = form
  }
}

/// Names and what they mean, found by binary search over a hash of the name. Two names with one hash would
/// read as each other; the hash has 64 bits and the fixed names do not collide.
private struct NameTable: Sendable {
  private var keys: [UInt64] = []
  private var values: [MathCommand] = []

  init(_ groups: [(String, MathCommand)]) {
    var entries: [(UInt64, MathCommand)] = []
    for (names, command) in groups {
      for name in names.split(separator: " ") { entries.append((hash(Array(name.utf8)[...]), command)) }
    }
    entries.sort { $0.0 < $1.0 }
    keys = entries.map(\.0)
    values = entries.map(\.1)
  }

  func value(of name: Bytes) -> MathCommand? {
    let key = hash(name)
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low < keys.count && keys[low] == key ? values[low] : nil
  }
}

/// FNV-1a, 64 bits.
private func hash(_ name: Bytes) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  return hash
}

private func token(_ kind: MathToken.Kind, _ form: UInt8 = 0) -> MathCommand {
  MathCommand(.token, kind, form)
}
private func open(_ sign: Unicode.Scalar) -> MathCommand { token(.open, UInt8(ascii: sign)) }
private func close(_ sign: Unicode.Scalar) -> MathCommand { token(.close, UInt8(ascii: sign)) }
private func relation(_ relation: MathRelation) -> MathCommand { token(.relation, relation.rawValue) }
private func function(_ function: MathFunction) -> MathCommand { token(.function, function.rawValue) }

/// Names that are functions with and without a backslash.
private let functionNames: [(String, MathCommand)] = [
  ("sin", function(.sin)), ("cos", function(.cos)), ("tan tg", function(.tan)),
  ("cot ctg", function(.cot)), ("sec", function(.sec)), ("csc cosec", function(.csc)),
  ("arcsin asin", function(.arcsin)), ("arccos acos", function(.arccos)),
  ("arctan atan arctg", function(.arctan)), ("arccot", function(.arccot)), ("arcsec", function(.arcsec)),
  ("arccsc", function(.arccsc)), ("sinh", function(.sinh)), ("cosh", function(.cosh)),
  ("tanh", function(.tanh)), ("coth", function(.coth)), ("sech", function(.sech)), ("csch", function(.csch)),
  ("arsinh arcsinh asinh", function(.arsinh)), ("arcosh arccosh acosh", function(.arcosh)),
  ("artanh arctanh atanh", function(.artanh)),
  ("ln", function(.ln)), ("log", function(.log)), ("lg", function(.lg)), ("exp", function(.exp)),
  ("gcd", function(.gcd)), ("lcm", function(.lcm)), ("max", function(.maximum)), ("min", function(.minimum)),
  ("arg", function(.argument)), ("det", function(.determinant)), ("cis", function(.cis)),
  ("sgn sign", function(.sign)),
]

private let words = NameTable(
  functionNames + [
    ("sqrt", token(.root, 1)), ("cbrt", token(.root, 3)), ("abs", function(.abs)),
    ("floor", function(.floor)), ("ceil", function(.ceiling)), ("Re", function(.realPart)),
    ("Im", function(.imaginaryPart)), ("pi", token(.pi)), ("infinity infty oo", token(.infinity)),
    ("mod", token(.modulo)), ("and", token(.and)), ("or", token(.or)), ("not", token(.not)),
    ("hcf HCF GCD", function(.gcd)),
    ("LCM", function(.lcm)), ("theta", token(.greek, 8)), ("alpha", token(.greek, 1)),
    ("beta", token(.greek, 2)), ("gamma", token(.greek, 3)), ("lambda", token(.greek, 11)),
    ("omega", token(.greek, 24)), ("phi", token(.greek, 21)), ("binom", token(.binomial)),
  ])

private let commands = NameTable(
  functionNames + [
    ("frac dfrac tfrac cfrac nicefrac sfrac", token(.fraction)), ("over", token(.over)),
    ("binom dbinom tbinom", token(.binomial)), ("choose", token(.choose)), ("sqrt", token(.root)),
    ("surd", token(.root, 1)), ("sum", token(.sum)), ("prod", token(.product)),
    ("int iint iiint oint", token(.integral)), ("lim limsup liminf", token(.limit)),
    ("pi", token(.pi)), ("infty infin", token(.infinity)), ("imath", token(.imaginaryUnit)),
    ("jmath", token(.letter, UInt8(ascii: "j"))), ("ell", token(.letter, UInt8(ascii: "l"))),
    ("hbar", token(.greek, 60)), ("nabla", token(.greek, 61)), ("partial", token(.greek, 62)),
    ("aleph", token(.greek, 63)),
    ("alpha", token(.greek, 1)), ("beta", token(.greek, 2)), ("gamma", token(.greek, 3)),
    ("delta", token(.greek, 4)), ("epsilon varepsilon", token(.greek, 5)), ("zeta", token(.greek, 6)),
    ("eta", token(.greek, 7)), ("theta vartheta", token(.greek, 8)), ("iota", token(.greek, 9)),
    ("kappa varkappa", token(.greek, 10)), ("lambda", token(.greek, 11)), ("mu", token(.greek, 12)),
    ("nu", token(.greek, 13)), ("xi", token(.greek, 14)), ("omicron", token(.greek, 15)),
    ("varpi", token(.greek, 16)), ("rho varrho", token(.greek, 17)), ("sigma varsigma", token(.greek, 18)),
    ("tau", token(.greek, 19)), ("upsilon", token(.greek, 20)), ("phi varphi", token(.greek, 21)),
    ("chi", token(.greek, 22)), ("psi", token(.greek, 23)), ("omega", token(.greek, 24)),
    ("Gamma", token(.greek, 25)), ("Delta", token(.greek, 26)), ("Theta", token(.greek, 27)),
    ("Lambda", token(.greek, 28)), ("Xi", token(.greek, 29)), ("Pi", token(.greek, 30)),
    ("Sigma", token(.greek, 31)), ("Upsilon", token(.greek, 32)), ("Phi", token(.greek, 33)),
    ("Psi", token(.greek, 34)), ("Omega", token(.greek, 35)),
    ("times cdot ast bullet centerdot", token(.times)), ("div", token(.divide, 1)), ("slash", token(.divide)),
    ("pm", token(.plusMinus)), ("mp", token(.minusPlus)), ("bmod mod", token(.modulo)),
    ("pmod", token(.pmod)),
    ("circ degree degrees deg", token(.degree)), ("prime", token(.prime)),
    ("Re", function(.realPart)), ("Im", function(.imaginaryPart)), ("bar overline", token(.overline)),
    ("conj", function(.conjugate)),
    ("lfloor", open("f")), ("rfloor", close("f")), ("lceil", open("c")), ("rceil", close("c")),
    ("langle", open("<")), ("rangle", close("<")), ("lvert", open("|")), ("rvert", close("|")),
    ("lVert", open("n")), ("rVert", close("n")), ("lbrace", open("s")), ("rbrace", close("s")),
    ("lbrack", open("[")), ("rbrack", close("[")), ("lparen", open("(")), ("rparen", close("(")),
    ("vert mid", token(.bar)), ("Vert", token(.bar, UInt8(ascii: "n"))),
    ("le leq leqslant leqq", relation(.lessOrEqual)), ("ge geq geqslant geqq", relation(.greaterOrEqual)),
    ("lt", relation(.less)), ("gt", relation(.greater)), ("ne neq", relation(.notEqual)),
    ("approx approxeq simeq cong doteq", relation(.approximately)), ("equiv", relation(.equivalent)),
    ("in", relation(.element)), ("notin", relation(.notElement)),
    ("subset subseteq subseteqq", relation(.subset)), ("supset supseteq", relation(.superset)),
    ("propto", relation(.proportional)), ("sim", relation(.similar)),
    ("cup", token(.union)), ("cap", token(.intersection)), ("bigcup", token(.union)),
    ("bigcap", token(.intersection)), ("setminus smallsetminus backslash", token(.setMinus)),
    ("emptyset varnothing", token(.emptySet)), ("land wedge", token(.and)), ("lor vee", token(.or)),
    ("lnot neg not", token(.not)),
    (
      "to rightarrow Rightarrow longrightarrow Longrightarrow implies iff mapsto longmapsto"
        + " leftarrow Leftarrow leftrightarrow Leftrightarrow therefore because", token(.arrow)
    ),
    ("ldots dots cdots dotsc dotsb dotsm vdots ddots", token(.ellipsis)),
    (
      "angle triangle parallel perp square Box circledcirc odot bigcirc overrightarrow measuredangle",
      token(.angle)
    ),
    ("newline cr", token(.newRow)), ("colon", token(.colon)),
    ("euro", token(.currency, UInt8(ascii: "e"))),
    ("pounds textsterling", token(.currency, UInt8(ascii: "p"))),
    ("yen", token(.currency, UInt8(ascii: "y"))), ("cents textcent", token(.currency, UInt8(ascii: "c"))),
    ("rupee", token(.currency, UInt8(ascii: "r"))), ("textdollar", token(.currency, UInt8(ascii: "$"))),
    ("left", MathCommand(.left)), ("right", MathCommand(.right)), ("middle", MathCommand(.drop)),
    ("big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm", MathCommand(.drop)),
    (
      "displaystyle textstyle scriptstyle limits nolimits rm bf it sf tt hline nonumber notag left. right."
        + " mathstrut strut null relax allowbreak hfill bfseries itshape large Large small"
        + " blacksquare qed qedsymbol checkmark",
      MathCommand(.drop)
    ),
    ("quad qquad space enspace thinspace medspace thickspace nobreakspace", MathCommand(.blank)),
    (
      "mathbf mathit boldsymbol bm mathcal mathscr mathfrak mathnormal vec hat widehat tilde widetilde"
        + " underline boxed fbox uline overrightarrow mathord mathbin ensuremath pmb dot underbrace"
        + " overbrace cancel mathop overset underset", MathCommand(.wrapper)
    ),
    ("mathrm operatorname textbf textit textrm textsf texttt mathsf mathtt emph bold", MathCommand(.upright)),
    ("text mbox hbox textnormal textup textsc", MathCommand(.text)),
    (
      "color textcolor hspace vspace phantom hphantom vphantom label tag hskip mspace kern class"
        + " raisebox", MathCommand(.dropArgument)
    ),
    ("mathbb", MathCommand(.numberSet)), ("R", MathCommand(.token, .numberSet, UInt8(ascii: "R"))),
    ("N", MathCommand(.token, .numberSet, UInt8(ascii: "N"))),
    ("Z", MathCommand(.token, .numberSet, UInt8(ascii: "Z"))),
    ("Q", MathCommand(.token, .numberSet, UInt8(ascii: "Q"))),
    ("C", MathCommand(.token, .numberSet, UInt8(ascii: "C"))),
    ("begin", MathCommand(.begin)), ("end", MathCommand(.end)),
  ])
