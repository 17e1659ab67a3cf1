/// A unit of measurement as written behind a number: `m/s^2`, `square feet`, `dollars per hour`, `apples`.
struct UnitValue: Sendable, Hashable {
  /// Exponents of the base dimensions, in the order of ``UnitTable/Base``.
  var dimension = SIMD8<Int8>(repeating: 0)
  /// How many of the base units one of these is.
  var scale = Rational.one
  /// What the table does not know, by name and exponent, in the order of writing: counted things, currencies.
  var names: [Name] = []
  /// Only a word that stands for any unit: `units`, `square units`.
  var isGeneric = false

  struct Name: Sendable, Hashable {
    var text: [UInt8]
    var exponent: Int8
  }

  /// Known to the table, so that other units of its kind can be converted to it.
  var isConvertible: Bool { names.isEmpty && !isGeneric }

  /// Whether quantities in both units can be equal; then `scale` says in which ratio.
  func isComparable(to other: UnitValue) -> Bool {
    if isGeneric || other.isGeneric { return true }
    if dimension != other.dimension { return false }
    if names == other.names { return true }
    // "7 different ways" counts the same things as "7 ways".
    let none = SIMD8<Int8>(repeating: 0)
    return dimension == none && !names.isEmpty && names.last == other.names.last
      && !UnitTable.isCurrency(names[names.count - 1].text)
  }

  mutating func multiply(by entry: UnitTable.Entry, exponent: Int8) -> Bool {
    guard let power = entry.scale.raised(to: Int(exponent)), let product = Rational.product(scale, power)
    else {
      return false
    }
    scale = product
    for index in 0..<8 { dimension[index] &+= entry.dimension[index] &* exponent }
    if let name = entry.currency { names.append(Name(text: Array(name.utf8), exponent: exponent)) }
    return true
  }
}
