/// Units that convert into each other exactly. Factors are exact by definition (SI brochure, 9th edition;
/// international yard and pound agreement of 1959); months and years are left as names, having no one length.
enum UnitTable {
  /// Places in ``UnitValue/dimension``.
  enum Base: Int {
    case length, mass, time, current, data, temperature
  }

  struct Entry: Sendable {
    var dimension = SIMD8<Int8>(repeating: 0)
    var scale = Rational.one
    /// A currency's name; its parts share it.
    var currency: String?
  }

  /// The unit of that name: symbols with case (`Mg` is not `mg`), words without; plurals too.
  static func entry(for word: Bytes) -> Entry? {
    if let entry = symbols[Array(word)] { return entry }
    let small = word.map(\.lowercased)
    if let entry = names[small] { return entry }
    return names[singular(small)]
  }

  static func isCurrency(_ name: [UInt8]) -> Bool { currencyNames.contains(name) }

  /// The code's or sign's currency.
  static func currency(sign: UInt8) -> Entry? {
    switch sign {
    case UInt8(ascii: "$"): Entry(currency: "dollar")
    case UInt8(ascii: "e"): Entry(currency: "euro")
    case UInt8(ascii: "p"): Entry(currency: "pound sterling")
    case UInt8(ascii: "y"): Entry(currency: "yen")
    case UInt8(ascii: "r"): Entry(currency: "rupee")
    case UInt8(ascii: "c"): part(of: "dollar")
    default: nil
    }
  }

  /// `apples` → `apple`, `inches` → `inch`, `berries` → `berry`; by spelling alone.
  static func singular(_ word: [UInt8]) -> [UInt8] {
    guard word.count > 3, word.last == UInt8(ascii: "s") else { return word }
    let stem = word.dropLast()
    if stem.last == UInt8(ascii: "s") { return word }
    if stem.suffix(2) == Array("ie".utf8)[...] { return Array(stem.dropLast(2)) + [UInt8(ascii: "y")] }
    for ending in ["sh", "ch", "ss", "x"] where stem.last == UInt8(ascii: "e") {
      if stem.dropLast().suffix(ending.utf8.count) == Array(ending.utf8)[...] {
        return Array(stem.dropLast())
      }
    }
    return Array(stem)
  }

  private static func part(of currency: String) -> Entry {
    Entry(scale: Rational(1, over: 100) ?? .one, currency: currency)
  }

  private static let currencyNames: Set<[UInt8]> = Set(
    ["dollar", "euro", "pound sterling", "yen", "rupee", "yuan", "won", "peso", "ruble", "franc"].map {
      Array($0.utf8)
    })

  // Each row: dimension, symbols (case matters), names (singular, small), numerator, denominator.
  private typealias Row = (base: Base, power: Int8, symbols: String, names: String, scale: (Int, Int))

  private static let rows: [Row] = [
    (.length, 1, "m", "meter metre", (1, 1)), (.length, 1, "km", "kilometer kilometre", (1000, 1)),
    (.length, 1, "dm", "decimeter decimetre", (1, 10)), (.length, 1, "cm", "centimeter centimetre", (1, 100)),
    (.length, 1, "mm", "millimeter millimetre", (1, 1000)),
    (.length, 1, "nm", "nanometer nanometre", (1, 1_000_000_000)),
    (.length, 1, "um", "micrometer micrometre micron", (1, 1_000_000)),
    (.length, 1, "in", "inch", (254, 10_000)), (.length, 1, "ft", "foot feet", (3048, 10_000)),
    (.length, 1, "yd", "yard", (9144, 10_000)), (.length, 1, "mi", "mile", (1_609_344, 1000)),
    (.length, 3, "L l", "liter litre", (1, 1000)),
    (.length, 3, "mL ml", "milliliter millilitre", (1, 1_000_000)),
    (.length, 3, "cL cl", "centiliter centilitre", (1, 100_000)),
    (.length, 3, "dL dl", "deciliter decilitre", (1, 10_000)),
    (.length, 3, "cc", "", (1, 1_000_000)), (.length, 3, "gal", "gallon", (3_785_411_784, 1_000_000_000_000)),
    (.length, 3, "qt", "quart", (946_352_946, 1_000_000_000_000)),
    (.length, 3, "pt", "pint", (473_176_473, 1_000_000_000_000)),
    (.length, 2, "ha", "hectare", (10_000, 1)), (.length, 2, "", "acre", (40_468_564_224, 10_000_000)),
    (.mass, 1, "g", "gram gramme", (1, 1000)), (.mass, 1, "kg", "kilogram kilogramme kilo", (1, 1)),
    (.mass, 1, "mg", "milligram", (1, 1_000_000)), (.mass, 1, "", "tonne", (1000, 1)),
    (.mass, 1, "lb lbs", "pound", (45_359_237, 100_000_000)),
    (.mass, 1, "oz", "ounce", (28_349_523_125, 1_000_000_000_000)),
    (.time, 1, "s", "second sec", (1, 1)), (.time, 1, "ms", "millisecond", (1, 1000)),
    (.time, 1, "min", "minute", (60, 1)), (.time, 1, "h hr hrs", "hour", (3600, 1)),
    (.time, 1, "", "day", (86_400, 1)), (.time, 1, "wk", "week", (604_800, 1)),
    (.current, 1, "A", "ampere amp", (1, 1)),
    (.data, 1, "", "bit", (1, 1)), (.data, 1, "B", "byte", (8, 1)),
    (.data, 1, "kB KB", "kilobyte", (8000, 1)), (.data, 1, "MB", "megabyte", (8_000_000, 1)),
    (.data, 1, "GB", "gigabyte", (8_000_000_000, 1)), (.data, 1, "TB", "terabyte", (8_000_000_000_000, 1)),
    (.temperature, 1, "K", "kelvin", (1, 1)),
  ]

  /// Length, mass, time and current exponents, and the scale, of units with names of their own.
  private static let derived: [(symbols: String, names: String, [Int8], scale: (Int, Int))] = [
    ("mph", "", [1, 0, -1], (1_609_344, 3_600_000)), ("kph kmh", "", [1, 0, -1], (1000, 3600)),
    ("Hz", "hertz", [0, 0, -1], (1, 1)), ("kHz", "kilohertz", [0, 0, -1], (1000, 1)),
    ("N", "newton", [1, 1, -2], (1, 1)), ("kN", "kilonewton", [1, 1, -2], (1000, 1)),
    ("J", "joule", [2, 1, -2], (1, 1)), ("kJ", "kilojoule", [2, 1, -2], (1000, 1)),
    ("W", "watt", [2, 1, -3], (1, 1)), ("kW", "kilowatt", [2, 1, -3], (1000, 1)),
    ("kWh", "", [2, 1, -2], (3_600_000, 1)), ("Pa", "pascal", [-1, 1, -2], (1, 1)),
    ("kPa", "kilopascal", [-1, 1, -2], (1000, 1)), ("atm", "atmosphere", [-1, 1, -2], (101_325, 1)),
    ("V", "volt", [2, 1, -3, -1], (1, 1)), ("C", "coulomb", [0, 0, 1, 1], (1, 1)),
    ("ohm ohms", "", [2, 1, -3, -2], (1, 1)),
  ]

  private static let currencies: [(words: String, currency: String, isPart: Bool)] = [
    ("USD US dollar buck", "dollar", false), ("cent penny pennies", "dollar", true),
    ("EUR euro", "euro", false), ("GBP", "pound sterling", false), ("pence", "pound sterling", true),
    ("JPY yen", "yen", false), ("INR Rs rupee", "rupee", false), ("CNY RMB yuan", "yuan", false),
    ("KRW won", "won", false), ("MXN peso", "peso", false), ("RUB ruble rouble", "ruble", false),
    ("CHF franc", "franc", false),
  ]

  private static let symbols: [[UInt8]: Entry] = {
    var table: [[UInt8]: Entry] = [:]
    for row in rows {
      for symbol in row.symbols.split(separator: " ") { table[Array(symbol.utf8)] = entry(row) }
    }
    for unit in derived {
      for symbol in unit.symbols.split(separator: " ") {
        table[Array(symbol.utf8)] = entry(unit.2, unit.scale)
      }
    }
    return table
  }()

  private static let names: [[UInt8]: Entry] = {
    var table: [[UInt8]: Entry] = [:]
    for row in rows {
      for name in row.names.split(separator: " ") { table[Array(name.utf8)] = entry(row) }
    }
    for unit in derived {
      for name in unit.names.split(separator: " ") { table[Array(name.utf8)] = entry(unit.2, unit.scale) }
    }
    for row in currencies {
      for word in row.words.split(separator: " ") {
        table[word.utf8.map(\.lowercased)] =
          row.isPart ? part(of: row.currency) : Entry(currency: row.currency)
      }
    }
    return table
  }()

  private static func entry(_ row: Row) -> Entry {
    var entry = Entry(scale: Rational(row.scale.0, over: row.scale.1) ?? .one)
    entry.dimension[row.base.rawValue] = row.power
    return entry
  }

  private static func entry(_ exponents: [Int8], _ scale: (Int, Int)) -> Entry {
    var entry = Entry(scale: Rational(scale.0, over: scale.1) ?? .one)
    for (index, exponent) in exponents.enumerated() { entry.dimension[index] = exponent }
    return entry
  }
}
