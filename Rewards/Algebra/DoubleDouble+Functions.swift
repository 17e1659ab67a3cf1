/// Elementary functions by series and Newton's iteration. Relative errors stay below `functionEpsilon`; those
/// of sine and cosine are absolute.
extension DoubleDouble {
  static let functionEpsilon = 0x1p-98

  /// e^self
  var exponential: DoubleDouble {
    guard high < 709 else { return DoubleDouble(.infinity) }
    if high < -700 { return .zero }
    let count = (high / DoubleDouble.ln2.high).rounded()
    // 256 times smaller the series needs nine terms; squaring 1 + s as 2s + s² keeps the small part.
    let rest = (self - DoubleDouble.ln2 * count) * 0x1p-8
    var term = rest
    var sum = rest
    for index in 2...10 {
      term = term * rest / Double(index)
      sum = sum + term
    }
    for _ in 0..<8 { sum = sum * 2 + sum * sum }
    return (sum + .one).scaled(Int(count))
  }

  /// ln self, for positive numbers; NaN for all else.
  var logarithm: DoubleDouble {
    guard high > 0, high.isFinite else { return DoubleDouble(.nan) }
    let exponent = high.exponent
    var significand = high.significand
    var whole = Double(exponent)
    if significand > 1.4142135623730951 {
      significand /= 2
      whole += 1
    }
    // 2 artanh((m − 1)/(m + 1)) to double precision, then one step of third order.
    let s = (significand - 1) / (significand + 1)
    let square = s * s
    var series = 0.0
    for index in stride(from: 23, through: 1, by: -2) { series = series * square + 1 / Double(index) }
    let estimate = DoubleDouble.ln2 * whole + DoubleDouble(2 * s * series)
    let error = self * (-estimate).exponential - .one
    return estimate + error - error * error * 0.5
  }

  /// Sine and cosine; the error grows with the argument. NaN from 10^15 on.
  var sineAndCosine: (sine: DoubleDouble, cosine: DoubleDouble) {
    guard high.magnitude < 1e15 else { return (DoubleDouble(.nan), DoubleDouble(.nan)) }
    let count = (high / DoubleDouble.halfPi.high).rounded()
    let third = -1.4973849048591833e-33
    let rest = self - DoubleDouble.halfPi * count - DoubleDouble(third * count)
    let square = rest * rest
    var sine = rest
    var cosine = DoubleDouble.one
    var sineTerm = rest
    var cosineTerm = DoubleDouble.one
    for index in 1...14 {
      let step = Double(2 * index)
      cosineTerm = -(cosineTerm * square / (step * (step - 1)))
      sineTerm = -(sineTerm * square / (step * (step + 1)))
      cosine = cosine + cosineTerm
      sine = sine + sineTerm
    }
    switch Int(count.truncatingRemainder(dividingBy: 4)) & 3 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  /// The angle of the point (x, y), in (−π, π]; 0 for the origin.
  static func angle(_ y: DoubleDouble, _ x: DoubleDouble) -> DoubleDouble {
    if y.isZero { return x.isNegative ? .pi : .zero }
    // A rough estimate in the first octant, then three steps of third order.
    let ax = x.high.magnitude
    let ay = y.high.magnitude
    let t = min(ax, ay) / max(ax, ay)
    var estimate =
      t * (0.9998660 + t * t * (-0.3302995 + t * t * (0.1801410 + t * t * (-0.0851330 + t * t * 0.0208351))))
    if ay > ax { estimate = 1.5707963267948966 - estimate }
    if x.high < 0 { estimate = 3.141592653589793 - estimate }
    var angle = DoubleDouble(y.high < 0 ? -estimate : estimate)
    for _ in 0..<3 {
      let (sine, cosine) = angle.sineAndCosine
      let tangent = (y * cosine - x * sine) / (x * cosine + y * sine)
      angle = angle + tangent - tangent * tangent * tangent / 3
    }
    return angle
  }
}
