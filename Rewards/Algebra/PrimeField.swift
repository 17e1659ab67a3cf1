/// Arithmetic modulo a prime just below 2^61 that is 1 modulo `order`, in Montgomery form.
///
/// The field holds roots of unity of every order that divides 24,504,480 = 2^5·3^2·5·7·11·13·17, and with
/// them i, √2, √3, √5, √7, √11, √13, √17 and the sines and cosines of all rational angles whose denominator
/// fits, all consistent with one another: a ring homomorphism from the cyclotomic integers. What holds
/// exactly among those numbers holds here. What does not hold may hold here by chance: a non-zero number
/// whose norm has B bits vanishes for at most B/60 of the some 2^31 such primes, and a polynomial of degree d
/// at a random point with a chance of at most d/2^60 (Schwartz 1980, Zippel 1979).
///
/// Montgomery, "Modular Multiplication Without Trial Division", Math. Comp. 44 (1985).
struct PrimeField: Sendable {
  static let order = 24_504_480

  let prime: UInt64
  /// prime^-1 modulo 2^64.
  private let inverse: UInt64
  /// 2^128 modulo prime.
  private let squaredRadix: UInt64
  let one: UInt64
  /// A primitive root of unity of order `order`: the image of e^(2πi/order).
  let root: UInt64

  init(prime: UInt64, root: UInt64) {
    self.prime = prime
    // Newton's iteration doubles the right bits, three of them to begin with.
    var inverse = prime
    for _ in 0..<5 { inverse = inverse &* (2 &- prime &* inverse) }
    self.inverse = inverse
    one = prime.dividingFullWidth((1, 0)).remainder
    let (high, low) = one.multipliedFullWidth(by: one)
    squaredRadix = prime.dividingFullWidth((high, low)).remainder
    self.root = montgomeryProduct(root, squaredRadix, prime, inverse)
  }

  @inline(__always)
  func product(_ a: UInt64, _ b: UInt64) -> UInt64 {
    montgomeryProduct(a, b, prime, inverse)
  }

  @inline(__always)
  func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a &+ b
    return sum >= prime ? sum &- prime : sum
  }

  @inline(__always)
  func negated(_ a: UInt64) -> UInt64 { a == 0 ? 0 : prime &- a }

  @inline(__always)
  func difference(_ a: UInt64, _ b: UInt64) -> UInt64 { a >= b ? a &- b : a &- b &+ prime }

  /// From an ordinary residue.
  @inline(__always)
  func element(_ residue: UInt64) -> UInt64 {
    product(residue < prime ? residue : residue % prime, squaredRadix)
  }

  func element(_ value: Int) -> UInt64 {
    let residue = element(UInt64(value.magnitude))
    return value < 0 ? negated(residue) : residue
  }

  /// The ordinary residue.
  func residue(_ element: UInt64) -> UInt64 { product(element, 1) }

  func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var result = one
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, square) }
      rest >>= 1
      if rest > 0 { square = product(square, square) }
    }
    return result
  }

  /// 1 / a; nil for 0.
  func inverse(_ a: UInt64) -> UInt64? { a == 0 ? nil : power(a, prime &- 2) }

  /// e^(2πi · step / order)
  func unity(_ step: Int) -> UInt64 {
    let reduced = step % PrimeField.order
    return power(root, UInt64(reduced < 0 ? reduced + PrimeField.order : reduced))
  }

  /// Whether `a` is a square; 0 is one.
  func isSquare(_ a: UInt64) -> Bool { a == 0 || power(a, (prime &- 1) / 2) == one }

  /// A square root, the same one every time; nil where there is none. Tonelli and Shanks, with the 2-power
  /// root of unity at hand.
  func squareRoot(_ a: UInt64) -> UInt64? {
    guard isSquare(a) else { return nil }
    if a == 0 { return 0 }
    let twos = (prime &- 1).trailingZeroBitCount
    let odd = (prime &- 1) >> UInt64(twos)
    var candidate = power(a, (odd + 1) / 2)
    var error = power(a, odd)
    // A generator of the 2-power roots of unity: any non-square will do.
    var witness: UInt64 = 2
    while isSquare(element(witness)) { witness += 1 }
    var generator = power(element(witness), odd)
    var order = twos
    while error != one {
      var steps = 0
      var square = error
      while square != one {
        square = product(square, square)
        steps += 1
      }
      guard steps < order else { return nil }
      var factor = generator
      for _ in 0..<(order - steps - 1) { factor = product(factor, factor) }
      candidate = product(candidate, factor)
      generator = product(factor, factor)
      error = product(error, generator)
      order = steps
    }
    return candidate
  }

  /// √q of a prime q ≤ 17, the image of the positive one: by Gauss sums, so that it agrees with the roots of
  /// unity.
  func smallRoot(_ q: Int) -> UInt64 {
    if q == 2 { return sum(unity(PrimeField.order / 8), unity(-PrimeField.order / 8)) }
    let root = unity(PrimeField.order / q)
    var total: UInt64 = 0
    var power = one
    for exponent in 1..<q {
      power = product(power, root)
      let isResidue = (1..<q).contains { $0 * $0 % q == exponent }
      total = isResidue ? sum(total, power) : difference(total, power)
    }
    // Gauss: the sum is √q for q ≡ 1, i·√q for q ≡ 3 modulo 4.
    return q % 4 == 1 ? total : product(total, unity(-PrimeField.order / 4))
  }
}

/// a · b / 2^64 modulo `prime`, given prime^-1 modulo 2^64.
@inline(__always)
private func montgomeryProduct(_ a: UInt64, _ b: UInt64, _ prime: UInt64, _ inverse: UInt64) -> UInt64 {
  let (high, low) = a.multipliedFullWidth(by: b)
  let reduced = (low &* inverse).multipliedFullWidth(by: prime).high
  return high >= reduced ? high &- reduced : high &- reduced &+ prime
}

/// Evens out the bits of a word; Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators"
/// (2014).
@inline(__always)
func scrambled(_ word: UInt64) -> UInt64 {
  var z = word &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

extension PrimeField {
  static let count = table.count

  /// The field of one of the fixed primes.
  init(_ index: Int) {
    let entry = PrimeField.table[index % PrimeField.table.count]
    self.init(prime: entry.0, root: entry.1)
  }

  /// Primes 1 modulo `order`, largest first from 2^61, each with a root of unity of that order.
  private static let table: [(UInt64, UInt64)] = [
    (2_305_843_009_131_261_601, 517_989_504_501_591_690),
    (2_305_843_008_837_207_841, 229_290_748_071_031_795),
    (2_305_843_008_763_694_401, 156_005_027_083_549_624),
    (2_305_843_008_347_118_241, 1_589_320_156_368_854_788),
    (2_305_843_008_224_595_841, 1_847_029_661_457_015_245),
    (2_305_843_008_102_073_441, 2_255_702_056_841_508_905),
    (2_305_843_008_028_560_001, 1_849_126_304_293_152_482),
    (2_305_843_007_832_524_161, 11_070_543_568_657_609),
    (2_305_843_007_759_010_721, 676_267_722_532_470_879),
    (2_305_843_007_636_488_321, 1_441_344_944_293_952_125),
    (2_305_843_007_415_948_001, 1_372_148_985_023_163_055),
    (2_305_843_007_342_434_561, 1_835_111_010_859_550_496),
    (2_305_843_007_317_930_081, 1_071_324_339_041_430_260),
    (2_305_843_007_244_416_641, 2_220_075_290_798_198_118),
    (2_305_843_006_876_849_441, 90_594_442_760_787_784),
    (2_305_843_006_582_795_681, 564_310_404_983_383_861),
    (2_305_843_006_313_246_401, 626_996_561_020_827_360),
    (2_305_843_005_774_147_841, 1_265_230_890_813_560_682),
    (2_305_843_005_431_085_121, 2_050_313_044_102_736_597),
    (2_305_843_005_284_058_241, 730_233_572_850_158_671),
    (2_305_843_005_161_535_841, 479_915_634_995_439_705),
    (2_305_843_004_867_482_081, 940_525_140_127_671_041),
    (2_305_843_004_695_950_721, 1_807_394_164_120_966_231),
    (2_305_843_004_671_446_241, 1_315_891_095_946_886_123),
    (2_305_843_004_573_428_321, 1_588_864_302_612_236_017),
    (2_305_843_004_352_888_001, 817_414_775_351_331_509),
    (2_305_843_003_397_213_281, 1_522_165_744_747_251_313),
    (2_305_843_003_299_195_361, 642_259_424_896_394_922),
    (2_305_843_003_274_690_881, 1_937_250_590_888_494_897),
    (2_305_843_002_980_637_121, 367_141_370_833_550_129),
    (2_305_843_002_956_132_641, 1_641_301_702_616_682_951),
    (2_305_843_002_343_520_641, 146_753_092_918_078_308),
    (2_305_843_002_245_502_721, 2_054_671_401_770_426_212),
    (2_305_843_002_220_998_241, 1_834_528_816_470_713_315),
    (2_305_843_002_122_980_321, 279_381_578_382_880_766),
    (2_305_843_001_975_953_441, 2_198_418_726_881_417_635),
    (2_305_843_001_534_872_801, 2_147_917_645_857_378_200),
    (2_305_843_001_093_792_161, 367_597_441_354_501_599),
    (2_305_843_000_897_756_321, 191_351_163_243_067_092),
    (2_305_843_000_848_747_361, 166_298_098_217_229_484),
    (2_305_843_000_628_207_041, 2_186_087_785_871_552_593),
    (2_305_843_000_554_693_601, 20_368_547_135_691_975),
    (2_305_843_000_260_639_841, 925_278_703_962_502_320),
    (2_305_842_999_917_577_121, 686_347_740_360_553_374),
    (2_305_842_999_844_063_681, 1_212_216_847_470_179_995),
    (2_305_842_999_378_478_561, 279_301_421_455_928_572),
    (2_305_842_999_280_460_641, 1_844_505_978_262_653_985),
    (2_305_842_999_157_938_241, 594_609_728_293_055_926),
  ]
}
