/// Principal values; nil where the disc touches a branch cut or a pole, so that the value is not known at
/// all.
extension ComplexBall {
  private static let epsilon = DoubleDouble.functionEpsilon

  static let pi = ComplexBall(.pi, radius: 0x1p-104)
  static let i = ComplexBall(.zero, .one, radius: 0, isReal: false)
  static let half = ComplexBall(DoubleDouble(0.5), radius: 0)

  var exponential: ComplexBall? {
    guard real.high < 700, radius < 1, real.high > -690 else { return nil }
    let length = real.exponential
    // |e^(z+r) − e^z| ≤ |e^z| · (e^|r| − 1), and e^|r| − 1 ≤ 2|r| for |r| ≤ 1.
    let turn = imaginary.high.magnitude
    let radius =
      length.high
      * (2 * self.radius + ComplexBall.epsilon * 2 + (real.high.magnitude + turn) * DoubleDouble.epsilon)
    if isReal { return ComplexBall(length, radius: radius) }
    guard turn < 1e9 else { return nil }
    let (sine, cosine) = imaginary.sineAndCosine
    return ComplexBall(length * cosine, length * sine, radius: radius, isReal: false)
  }

  var logarithm: ComplexBall? {
    guard !mayVanish else { return nil }
    let size = size
    let spread = self.radius / (size - self.radius)
    if isReal {
      let value = real.magnitude.logarithm
      let radius = spread * 2 + ComplexBall.epsilon * (1 + value.high.magnitude)
      if real.isNegative { return ComplexBall(value, .pi, radius: radius, isReal: false) }
      // 1 itself is what a logarithm near 0 is measured against.
      return ComplexBall(value, radius: radius, scale: 1)
    }
    // On the cut from 0 to −∞ the angle jumps.
    if real.isNegative, imaginary.high.magnitude <= self.radius { return nil }
    let value = (real * real + imaginary * imaginary).logarithm * 0.5
    let angle = DoubleDouble.angle(imaginary, real)
    return ComplexBall(
      value, angle, radius: spread * 2 + ComplexBall.epsilon * (4 + value.high.magnitude), scale: 1,
      isReal: false)
  }

  /// The angle in (−π, π].
  var argument: ComplexBall? {
    guard !mayVanish else { return nil }
    if isReal { return real.isNegative ? .pi : .exact(0) }
    return logarithm?.imaginaryPart
  }

  var squareRoot: ComplexBall? {
    if isReal {
      let length = real.magnitude.squareRoot
      let error =
        mayVanish
        ? (2 * (radius + real.high.magnitude)).squareRoot()
        : radius / length.high + length.high * 4 * DoubleDouble.epsilon
      if real.isNegative, !mayVanish { return ComplexBall(.zero, length, radius: error, isReal: false) }
      return ComplexBall(length, radius: error, scale: scale.squareRoot())
    }
    guard !mayVanish, !(real.isNegative && imaginary.high.magnitude <= radius) else { return nil }
    // √z = √((|z| + x)/2) ± i·√((|z| − x)/2), the smaller part from the larger one.
    let length = (real * real + imaginary * imaginary).squareRoot
    let larger = ((length + real.magnitude) * 0.5).squareRoot
    let smaller = imaginary.magnitude / (larger * 2)
    let error = radius / larger.high + larger.high * 32 * DoubleDouble.epsilon
    let (x, y) = real.isNegative ? (smaller, larger) : (larger, smaller)
    return ComplexBall(
      x, imaginary.isNegative ? -y : y, radius: error, scale: scale.squareRoot(), isReal: false)
  }

  /// (sin, cos)
  var sineAndCosine: (ComplexBall, ComplexBall)? {
    guard radius < 1, real.high.magnitude < 1e9 else { return nil }
    if isReal {
      let (sine, cosine) = real.sineAndCosine
      let error = radius + ComplexBall.epsilon + real.high.magnitude * DoubleDouble.epsilon
      return (ComplexBall(sine, radius: error, scale: 1), ComplexBall(cosine, radius: error, scale: 1))
    }
    let turned = ComplexBall.i * self
    guard let a = turned.exponential, let b = (-turned).exponential else { return nil }
    let cosine = (a + b) * .half
    let sine = (a - b) * .half * -ComplexBall.i
    return (sine, cosine)
  }

  /// (sinh, cosh)
  var hyperbolicSineAndCosine: (ComplexBall, ComplexBall)? {
    guard let a = exponential, let b = (-self).exponential else { return nil }
    return ((a - b) * .half, (a + b) * .half)
  }

  var arctangent: ComplexBall? {
    if isReal {
      let angle = DoubleDouble.angle(real, .one)
      return ComplexBall(angle, radius: radius + ComplexBall.epsilon * 2, scale: 1)
    }
    let turned = ComplexBall.i * self
    guard let a = (.exact(1) - turned).logarithm, let b = (.exact(1) + turned).logarithm else { return nil }
    return ComplexBall.i * .half * (a - b)
  }

  var arcsine: ComplexBall? {
    let rest = .exact(1) - self * self
    guard let root = rest.squareRoot else { return nil }
    if isReal, root.isReal {
      let angle = DoubleDouble.angle(real, root.real)
      // The point lies on the unit circle: its angle errs by no more than the point.
      return ComplexBall(angle, radius: (radius + root.radius) * 2 + ComplexBall.epsilon * 2, scale: 1)
    }
    guard let value = (ComplexBall.i * self + root).logarithm else { return nil }
    return -ComplexBall.i * value
  }
}
