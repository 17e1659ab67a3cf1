/// A polynomial with integer coefficients, not zero, whose integer roots can be found by trial.
struct IntegerPolynomial {
  /// Candidates that are tried; a polynomial that needs more is no task.
  static let maximumCandidates = 1 << 20
  static let maximumDegree = 32

  /// Sorted, each as often as its multiplicity.
  let integerRoots: [Int]
  let degree: Int

  /// Reads `c_n,…,c_1,c_0`.
  ///
  /// An integer root other than 0 divides the last coefficient that is not 0, and is at most
  /// 1 + max |c_i / c_n| (Cauchy's bound).
  init(_ text: Bytes) throws(UnusableGroundTruth) {
    guard case .list(let numbers) = WrittenIntegers(text),
      (2...Self.maximumDegree + 1).contains(numbers.count),
      let leading = numbers.first, leading != 0, !numbers.contains(.min)
    else { throw .form("c_n,…,c_1,c_0") }
    degree = numbers.count - 1
    // Coefficients beyond 64 bits can arise on the way; 128 hold them or say that they do not.
    var coefficients = numbers.map { Int128($0) }
    var roots: [Int] = []
    while coefficients.last == 0 {
      coefficients.removeLast()
      roots.append(0)
    }
    let largest = numbers.map(\.magnitude).max() ?? 0
    let bound = min(largest / leading.magnitude + 2, coefficients[coefficients.count - 1].magnitude.asUInt)
    // Divisors come in pairs: trying up to the root of the constant finds the large ones too.
    let constant = coefficients[coefficients.count - 1].magnitude.asUInt
    let square = UInt(Double(constant).squareRoot()) + 1
    let isPaired = square < bound
    let last = isPaired ? square : bound
    guard last <= UInt(Self.maximumCandidates) else {
      throw UnusableGroundTruth("is a polynomial with too many candidates for a root")
    }
    var candidate: UInt = 1
    while candidate <= last, coefficients.count > 1 {
      if constant % candidate == 0 {
        var magnitudes = [candidate]
        if isPaired, constant / candidate > last { magnitudes.append(constant / candidate) }
        for magnitude in magnitudes {
          guard let size = Int(exactly: magnitude) else { continue }
          for root in [size, -size] {
            while let quotient = Self.quotient(coefficients, by: root) {
              coefficients = quotient
              roots.append(root)
            }
          }
        }
      }
      candidate += 1
    }
    integerRoots = roots.sorted()
  }

  /// coefficients / (x − root) by Horner's scheme; nil where the root is none.
  ///
  /// The coefficients of a factor are at most 2^degree times the length of the coefficient vector (Mignotte's
  /// bound), below 2^99 here: what leaves 128 bits is therefore no root.
  private static func quotient(_ coefficients: [Int128], by root: Int) -> [Int128]? {
    guard coefficients.count > 1 else { return nil }
    var quotient: [Int128] = []
    var value: Int128 = 0
    for coefficient in coefficients {
      let (product, overflow) = value.multipliedReportingOverflow(by: Int128(root))
      let (sum, beyond) = product.addingReportingOverflow(coefficient)
      if overflow || beyond { return nil }
      value = sum
      quotient.append(value)
    }
    return quotient.removeLast() == 0 ? quotient : nil
  }
}

extension UInt128 {
  /// The last coefficient of a quotient divides the one before, which fits.
  fileprivate var asUInt: UInt { UInt(exactly: self) ?? .max }
}
