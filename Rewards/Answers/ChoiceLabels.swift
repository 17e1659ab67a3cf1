/// The labels of a question's options.
enum ChoiceLabels: String, CaseIterable, Sendable {
  /// `A`…`J`, in either case.
  case letters
  /// `1`…`9`.
  case digits
  /// `i`…`x`, in either case.
  case roman

  private static let romans: [[UInt8]] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"].map {
    Array($0.utf8)
  }

  /// The place, from 0, of the option that `word` labels; nil where it labels none.
  func place(of word: Bytes) -> Int? {
    switch self {
    case .letters:
      guard word.count == 1, let letter = word.first?.lowercased, (0x61...0x6A).contains(letter) else {
        return nil
      }
      return Int(letter - 0x61)
    case .digits:
      guard word.count == 1, let digit = word.first, (0x31...0x39).contains(digit) else { return nil }
      return Int(digit - 0x31)
    case .roman: return Self.romans.firstIndex(of: word.map(\.lowercased))
    }
  }

  /// How the option at a place is labeled, in capitals.
  func name(_ place: Int) -> String {
    switch self {
    case .letters: String(UnicodeScalar(UInt8(0x41 + min(place, 9))))
    case .digits: "\(place + 1)"
    case .roman: String(decoding: Self.romans[min(place, 9)], as: UTF8.self)
    }
  }

  /// Whether a byte can be part of a label.
  func isPart(_ byte: UInt8) -> Bool { self == .digits ? byte.isDigit : byte.isLetter }

  /// A set of places as labels.
  func names(_ places: Set<Int>) -> String { places.sorted().map(name).joined(separator: ", ") }
}
