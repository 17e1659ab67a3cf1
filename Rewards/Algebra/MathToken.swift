/// One token of a mathematical text.
struct MathToken: Sendable {
  enum Kind: UInt8, Sendable {
    /// Digits as people write them: `12`, `.5`, `1,234.5`, `0.\overline{3}`, `0.(3)`, `3.2e5`. A base
    /// subscript stays outside.
    case number
    /// An ASCII letter; `form` is its byte.
    case letter
    /// `\alpha` and other named letters; `form` tells them apart.
    case greek
    case pi
    case infinity
    /// `\imath`, `\mathrm{i}`.
    case imaginaryUnit
    /// Four or more letters in a row that name no function: never a product.
    case word
    /// `\text{…}` and the like; the range is the inside of the braces.
    case text
    /// `form` is the raw value of a `MathFunction`.
    case function
    case fraction
    case over
    case binomial
    case choose
    /// `\sqrt` (form 0), `√` or `sqrt` (form 1), `∛` (form 3), `∜` (form 4).
    case root
    case sum
    case product
    case integral
    case limit
    /// `^` and `**`.
    case power
    /// `_`.
    case underscore
    case prime
    case plus
    case minus
    case times
    /// `/` (form 0) or `÷` (form 1).
    case divide
    case plusMinus
    case minusPlus
    case factorial
    case percent
    case degree
    /// `\bmod`.
    case modulo
    /// `\pmod`.
    case pmod
    /// `(` `[` `{`, `s` for `\{`, `<` for `\langle`, `f` and `c` for floor and ceiling, `|` for `\lvert`, `n`
    /// for `\lVert`; `value` is the index of the partner, −1 without one.
    case open
    /// As `open`, by the opening sign that fits: `(` for `)`, `[` for `]`.
    case close
    /// `|` of unknown side.
    case bar
    case comma
    case semicolon
    case colon
    case ampersand
    case newRow
    /// A full stop that is no decimal point.
    case period
    /// `form` is the raw value of a `MathRelation`.
    case relation
    case union
    case intersection
    case setMinus
    case emptySet
    /// `\mathbb{R}`; `form` is the letter.
    case numberSet
    case and
    case or
    case not
    case arrow
    case ellipsis
    /// `\begin{…}`; the range is the name.
    case begin
    case end
    /// `$`, `e` €, `p` £, `y` ¥, `c` ¢, `r` ₹.
    case currency
    /// `\angle`, `\triangle` and other decorations.
    case angle
    case quote
    /// `\bar`, `\overline`: a conjugate or a name, as the reader decides.
    case overline
    case unknown
  }

  var kind: Kind
  /// A blank or a spacing command stands before it.
  var isSpaced = false
  var form: UInt8 = 0
  /// Where it stands in the folded bytes.
  var start: Int32
  var end: Int32
  var value: Int32 = -1
}

/// What a relation sign says.
enum MathRelation: UInt8, Sendable {
  case equal, less, greater, lessOrEqual, greaterOrEqual, notEqual
  case approximately, equivalent, element, notElement, subset, superset, proportional, similar, divides
}

/// Functions known by name.
enum MathFunction: UInt8, Sendable {
  case sin, cos, tan, cot, sec, csc
  case arcsin, arccos, arctan, arccot, arcsec, arccsc
  case sinh, cosh, tanh, coth, sech, csch
  case arsinh, arcosh, artanh
  case ln, log, lg, exp
  case abs, floor, ceiling, sign
  case realPart, imaginaryPart, conjugate, argument
  case gcd, lcm, maximum, minimum
  case determinant, factorial, doubleFactorial
  case cis
  case binomial, permutations, modulo, fractionalPart
  case gamma
}

/// A lexed text: folded bytes and the tokens that point into them.
package struct MathTokens: Sendable {
  let bytes: [UInt8]
  var tokens: [MathToken] = []
  /// Some group holds an `\over` or a `\choose`.
  var hasOver = false
  /// Some number was read with a small `e` as its exponent, as in `2e-2`. With `LexerOptions.scientific` off
  /// it reads as Euler's number.
  package internal(set) var hasExponents = false

  /// The folded bytes from the first to the last token of a range.
  func text(_ range: Range<Int>) -> Bytes {
    guard let first = tokens[range].first, let last = tokens[range].last, first.start <= last.end else {
      return []
    }
    return bytes[Int(first.start)..<Int(last.end)]
  }
}
