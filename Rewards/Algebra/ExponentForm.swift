/// An exponent as seen modulo prime − 1: c + s, with constant and symbolic parts of four kinds, over one
/// denominator.
///
/// Powers e^u, 2^u and sines of u are independent of one another as functions unless their exponents are
/// linearly dependent over the rationals (Ax 1971; for constants Lindemann and Weierstrass). So e, e^i, e^π
/// and e^(iπ·symbol) may be given independent random images, and an identity among exponential or
/// trigonometric functions holds exactly where it holds for the images. The images are powers with exponent
/// `scale`, which leaves some 2^48 of them per prime.
struct ExponentForm {
  /// Denominators an exponent may have; the images are powers with this exponent, so that their roots exist.
  static let scale = 5040

  enum Part: Int {
    case real = 0
    case imaginary, pi, imaginaryPi
  }

  /// Divides `scale`.
  var denominator = 1
  /// Numerators of the constant parts, by `Part`.
  var constant: (Int, Int, Int, Int) = (0, 0, 0, 0)
  /// Numerators of the symbolic parts modulo prime − 1, by `Part`.
  var symbolic: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  var isConstant: Bool { symbolic == (0, 0, 0, 0) }

  /// Nothing but a rational number, or rational multiples of symbols.
  var isReal: Bool {
    constant.1 == 0 && constant.2 == 0 && constant.3 == 0 && symbolic.1 == 0 && symbolic.2 == 0
      && symbolic.3 == 0
  }

  /// n/d of one kind; nil where the denominator does not fit.
  init?(_ value: Rational, _ part: Part) {
    guard let (numerator, bottom) = value.words, ExponentForm.scale % bottom == 0 else { return nil }
    denominator = bottom
    switch part {
    case .real: constant.0 = numerator
    case .imaginary: constant.1 = numerator
    case .pi: constant.2 = numerator
    case .imaginaryPi: constant.3 = numerator
    }
  }

  /// A symbol with this value modulo prime − 1.
  init(symbol residue: UInt64) { symbolic.0 = residue }

  func negated(_ order: UInt64) -> ExponentForm {
    var form = self
    form.constant = (0 &- constant.0, 0 &- constant.1, 0 &- constant.2, 0 &- constant.3)
    form.symbolic = (
      minus(symbolic.0, order), minus(symbolic.1, order), minus(symbolic.2, order), minus(symbolic.3, order)
    )
    return form
  }

  /// Times i.
  func rotated(_ order: UInt64) -> ExponentForm {
    var form = self
    form.constant = (0 &- constant.1, constant.0, 0 &- constant.3, constant.2)
    form.symbolic = (minus(symbolic.1, order), symbolic.0, minus(symbolic.3, order), symbolic.2)
    return form
  }

  /// Times π; nil for what holds π already.
  private var timesPi: ExponentForm? {
    guard constant.2 == 0, constant.3 == 0, symbolic.2 == 0, symbolic.3 == 0 else { return nil }
    var form = self
    form.constant = (0, 0, constant.0, constant.1)
    form.symbolic = (0, 0, symbolic.0, symbolic.1)
    return form
  }

  static func sum(_ a: ExponentForm, _ b: ExponentForm, _ order: UInt64) -> ExponentForm? {
    guard var left = a.over(leastMultiple(a.denominator, b.denominator), order),
      let right = b.over(left.denominator, order),
      let c0 = plus(left.constant.0, right.constant.0), let c1 = plus(left.constant.1, right.constant.1),
      let c2 = plus(left.constant.2, right.constant.2), let c3 = plus(left.constant.3, right.constant.3)
    else { return nil }
    left.constant = (c0, c1, c2, c3)
    left.symbolic = (
      plus(left.symbolic.0, right.symbolic.0, order), plus(left.symbolic.1, right.symbolic.1, order),
      plus(left.symbolic.2, right.symbolic.2, order), plus(left.symbolic.3, right.symbolic.3, order)
    )
    return left
  }

  /// With one factor a rational, a multiple of i, π or iπ, or both real; nil otherwise.
  static func product(_ a: ExponentForm, _ b: ExponentForm, _ order: UInt64) -> ExponentForm? {
    if let scaled = b.scaled(by: a, order) ?? a.scaled(by: b, order) { return scaled }
    guard a.isReal, b.isReal, scale % (a.denominator * b.denominator) == 0,
      let constant = times(a.constant.0, b.constant.0)
    else { return nil }
    var form = ExponentForm(symbol: 0)
    form.denominator = a.denominator * b.denominator
    let left = plus(a.symbolic.0, residue(a.constant.0, order), order)
    let right = plus(b.symbolic.0, residue(b.constant.0, order), order)
    form.constant.0 = constant
    form.symbolic.0 = minusResidue(multiply(left, right, order), residue(constant, order), order)
    return form
  }

  /// Times a constant with a single part.
  private func scaled(by factor: ExponentForm, _ order: UInt64) -> ExponentForm? {
    guard factor.isConstant else { return nil }
    let parts = factor.constant
    switch (parts.0 != 0, parts.1 != 0, parts.2 != 0, parts.3 != 0) {
    case (_, false, false, false): return scaled(parts.0, factor.denominator, order)
    case (false, true, false, false): return scaled(parts.1, factor.denominator, order)?.rotated(order)
    case (false, false, true, false): return scaled(parts.2, factor.denominator, order)?.timesPi
    case (false, false, false, true):
      return scaled(parts.3, factor.denominator, order)?.timesPi?.rotated(order)
    default: return nil
    }
  }

  private func scaled(_ numerator: Int, _ bottom: Int, _ order: UInt64) -> ExponentForm? {
    guard ExponentForm.scale % (denominator * bottom) == 0, let c0 = times(constant.0, numerator),
      let c1 = times(constant.1, numerator), let c2 = times(constant.2, numerator),
      let c3 = times(constant.3, numerator)
    else { return nil }
    var form = self
    form.denominator *= bottom
    form.constant = (c0, c1, c2, c3)
    let factor = residue(numerator, order)
    form.symbolic = (
      multiply(symbolic.0, factor, order), multiply(symbolic.1, factor, order),
      multiply(symbolic.2, factor, order), multiply(symbolic.3, factor, order)
    )
    return form
  }

  private func over(_ common: Int, _ order: UInt64) -> ExponentForm? {
    guard ExponentForm.scale % common == 0 else { return nil }
    if common == denominator { return self }
    var form = self
    form.denominator = 1
    guard var grown = form.scaled(common / denominator, 1, order) else { return nil }
    grown.denominator = common
    return grown
  }
}

/// `value` modulo `order`.
func residue(_ value: Int, _ order: UInt64) -> UInt64 {
  let rest = UInt64(value.magnitude) % order
  return value < 0 && rest > 0 ? order - rest : rest
}

func multiply(_ a: UInt64, _ b: UInt64, _ order: UInt64) -> UInt64 {
  if a == 0 || b == 0 { return 0 }
  let (high, low) = a.multipliedFullWidth(by: b)
  return order.dividingFullWidth((high % order, low)).remainder
}

private func minus(_ a: UInt64, _ order: UInt64) -> UInt64 { a == 0 ? 0 : order - a }

private func minusResidue(_ a: UInt64, _ b: UInt64, _ order: UInt64) -> UInt64 {
  plus(a, minus(b, order), order)
}

private func plus(_ a: UInt64, _ b: UInt64, _ order: UInt64) -> UInt64 {
  let sum = a &+ b
  return sum >= order ? sum - order : sum
}

private func plus(_ a: Int, _ b: Int) -> Int? {
  let (value, overflow) = a.addingReportingOverflow(b)
  return overflow ? nil : value
}

private func times(_ a: Int, _ b: Int) -> Int? {
  let (value, overflow) = a.multipliedReportingOverflow(by: b)
  return overflow ? nil : value
}

private func leastMultiple(_ a: Int, _ b: Int) -> Int {
  a / Int(wordDivisor(a.magnitude, b.magnitude)) * b
}
