extension ChoiceTexts {
  /// What an integer as the ground truth means beside a list of texts.
  enum Index {
    /// The place, from 0, as in MMLU (Hendrycks et al. 2021, arXiv:2009.03300).
    case place(Int)
    /// The place of one option, and word for word another one.
    case ambiguous
  }

  /// - Parameter gold: The ground truth, without blanks round it.
  /// - Returns: nil where it is no place, where the options are more than letters can label, or where they carry
  ///   labels of their own that are digits.
  func index(of gold: Bytes) -> Index? {
    guard isList, texts.count <= 10, gold.count == 1, let digit = gold.first, digit.isDigit else {
      return nil
    }
    let place = Int(digit - 0x30)
    guard place < texts.count, !texts.values.contains(where: { Self.beginsWithDigitLabel($0[...]) }) else {
      return nil
    }
    return texts.contains { $0.key != place && $0.value[...].trimmed() == gold } ? .ambiguous : .place(place)
  }

  /// `1) …`, `(1) …`, `1. …` or `1: …`; `1.5` is a number.
  private static func beginsWithDigitLabel(_ text: Bytes) -> Bool {
    let text = text.drop { $0.isBlank || $0 == UInt8(ascii: "(") }
    guard text.first?.isDigit == true, let mark = text.dropFirst().first, ").:".utf8.contains(mark) else {
      return false
    }
    return text.dropFirst(2).first?.isBlank ?? true
  }
}
