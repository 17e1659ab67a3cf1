/// A complex number known up to a radius: every operation returns a disc that holds all possible results.
struct ComplexBall: Sendable {
  var real: DoubleDouble
  var imaginary: DoubleDouble
  /// Bounds the distance to the true value.
  var radius: Double
  /// Size of the numbers that went into sums: what a difference near 0 is to be measured with.
  var scale: Double
  /// The true value is real.
  var isReal: Bool

  init(
    _ real: DoubleDouble, _ imaginary: DoubleDouble = .zero, radius: Double, scale: Double? = nil,
    isReal: Bool = true
  ) {
    self.real = real
    self.imaginary = imaginary
    self.radius = radius
    self.isReal = isReal
    let size =
      isReal ? real.high.magnitude : (real.high * real.high + imaginary.high * imaginary.high).squareRoot()
    self.scale = max(size, scale ?? 0)
  }

  static func exact(_ value: Int) -> ComplexBall { ComplexBall(DoubleDouble(value), radius: 0) }

  /// About |center|, never far below it.
  var size: Double {
    isReal
      ? real.high.magnitude
      : (real.high * real.high + imaginary.high * imaginary.high).squareRoot() * (1 + 0x1p-50)
  }

  var isUsable: Bool { real.isFinite && imaginary.isFinite && radius.isFinite && scale.isFinite }

  /// The number may be 0.
  var mayVanish: Bool { size * (1 - 0x1p-50) <= radius }

  static prefix func - (a: ComplexBall) -> ComplexBall {
    ComplexBall(-a.real, -a.imaginary, radius: a.radius, scale: a.scale, isReal: a.isReal)
  }

  static func + (a: ComplexBall, b: ComplexBall) -> ComplexBall {
    let rounding = (a.size + b.size) * DoubleDouble.epsilon
    return ComplexBall(
      a.real + b.real, a.imaginary + b.imaginary, radius: (a.radius + b.radius + rounding) * (1 + 0x1p-50),
      scale: max(a.scale, b.scale), isReal: a.isReal && b.isReal)
  }

  static func - (a: ComplexBall, b: ComplexBall) -> ComplexBall { a + -b }

  static func * (a: ComplexBall, b: ComplexBall) -> ComplexBall {
    let (x, y) = (a.size, b.size)
    let radius =
      (x * b.radius + y * a.radius + a.radius * b.radius + 4 * x * y * DoubleDouble.epsilon) * (1 + 0x1p-50)
    let scale = a.scale * b.scale
    if a.isReal, b.isReal { return ComplexBall(a.real * b.real, radius: radius, scale: scale) }
    return ComplexBall(
      a.real * b.real - a.imaginary * b.imaginary, a.real * b.imaginary + a.imaginary * b.real,
      radius: radius,
      scale: scale, isReal: false)
  }

  /// nil where b may be 0.
  static func / (a: ComplexBall, b: ComplexBall) -> ComplexBall? {
    let size = b.size
    guard !b.mayVanish else { return nil }
    let quotient = a.size / size
    let radius =
      ((a.radius + quotient * b.radius) / (size * (1 - 0x1p-50) - b.radius) + 8 * quotient
        * DoubleDouble.epsilon) * (1 + 0x1p-40)
    let scale = a.scale / size
    if a.isReal, b.isReal { return ComplexBall(a.real / b.real, radius: radius, scale: scale) }
    let norm = b.real * b.real + b.imaginary * b.imaginary
    return ComplexBall(
      (a.real * b.real + a.imaginary * b.imaginary) / norm,
      (a.imaginary * b.real - a.real * b.imaginary) / norm,
      radius: radius, scale: scale, isReal: false)
  }

  var conjugate: ComplexBall {
    ComplexBall(real, -imaginary, radius: radius, scale: scale, isReal: isReal)
  }

  var realPart: ComplexBall { ComplexBall(real, radius: radius, scale: scale) }

  var imaginaryPart: ComplexBall {
    ComplexBall(imaginary, radius: isReal ? 0 : radius, scale: isReal ? 0 : scale)
  }

  var magnitude: ComplexBall {
    if isReal { return ComplexBall(real.magnitude, radius: radius, scale: scale) }
    let length = (real * real + imaginary * imaginary).squareRoot
    return ComplexBall(length, radius: radius + length.high * 4 * DoubleDouble.epsilon, scale: scale)
  }

  /// To an integer power by squaring.
  func raised(to exponent: Int) -> ComplexBall? {
    var result = ComplexBall.exact(1)
    var square = self
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result = result * square }
      rest >>= 1
      if rest > 0 { square = square * square }
      guard result.isUsable, square.isUsable || rest == 0 else { return nil }
    }
    return exponent < 0 ? ComplexBall.exact(1) / result : result
  }
}
