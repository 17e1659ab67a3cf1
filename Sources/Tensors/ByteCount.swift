/// Amounts of memory, as people write them.
public enum ByteCount {
  private static let units: [(name: String, bytes: Int)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("kB", 1000), ("B", 1),
  ]

  /// Bytes of `2GiB`, `512 MiB`, `1.5GB` or `4096`; nil where it is none of these, not above 0, or beyond 2⁵³.
  public static func parse(_ text: String) -> Int? {
    let unit = units.first { text.hasSuffix($0.name) }
    var digits = text.dropLast(unit?.name.count ?? 0)
    while digits.last == " " { digits.removeLast() }
    guard let first = digits.first, first.isNumber, !digits.contains(where: { "eExXpP".contains($0) }),
      let number = Double(String(digits))
    else { return nil }
    let bytes = number * Double(unit?.bytes ?? 1)
    guard bytes >= 1, bytes <= 0x1p53, unit != nil || number == number.rounded() else { return nil }
    return Int(bytes)
  }

  /// In the largest unit that gives a whole number, to be read by ``parse(_:)``.
  public static func text(_ bytes: Int) -> String {
    guard let unit = units.prefix(4).first(where: { bytes >= $0.bytes && bytes.isMultiple(of: $0.bytes) })
    else {
      return "\(bytes)"
    }
    return "\(bytes / unit.bytes)\(unit.name)"
  }

  /// To one decimal: `1.3 GiB`.
  public static func approximate(_ bytes: Int) -> String {
    let unit = units.prefix(4).first { bytes >= $0.bytes } ?? ("B", 1)
    guard unit.bytes > 1 else { return "\(bytes) B" }
    let tenths = (Double(bytes) / Double(unit.bytes) * 10).rounded() / 10
    return "\(tenths) \(unit.name)"
  }
}
