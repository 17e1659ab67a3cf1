/// Tells languages of one script apart by their letters, trigrams and short words.
///
/// A naive Bayes classifier over letters, the trigrams of words (with their ends) and words of up to five
/// letters, each language known from one text of ours. Weights are whole numbers, so the outcome is the same
/// everywhere. Cavnar and Trenkle 1994, "N-gram-based text categorization", has the idea of judging languages
/// by n-grams.
struct TrigramModel: Sendable {
  let codes: [String]
  /// Position of a feature's weights, one per language, in `weights`.
  private let rows: [UInt64: Int]
  /// log₂ of the feature's smoothed share in the language's text, in 1/64 bits.
  private let weights: [Int32]

  /// A difference below this (1/64 bits) decides nothing: 10 bits, the evidence of about five ordinary words.
  static let margin = 10 * 64
  /// Text is judged in stretches of so many letters, so that a text half in another language is noticed.
  static let stretch = 240

  init(_ samples: [(code: String, text: String)]) {
    codes = samples.map(\.code)
    var rows: [UInt64: Int] = [:]
    // By row, one count a language, as in `weights`.
    var counts: [Int32] = []
    var totals = [Int](repeating: 0, count: samples.count)
    var most: Int32 = 0
    rows.reserveCapacity(32_768)
    counts.reserveCapacity(32_768 * samples.count)
    for (language, sample) in samples.enumerated() {
      Bytes(sample.text.utf8).smallLetters.forEachWordOfLetters { word in
        for feature in word.features {
          let row: Int
          if let known = rows[feature] {
            row = known
          } else {
            row = counts.count
            rows[feature] = row
            counts.append(contentsOf: repeatElement(0, count: samples.count))
          }
          counts[row + language] += 1
          most = max(most, counts[row + language])
          totals[language] += 1
        }
      }
    }
    // An unseen feature counts as a quarter of one occurrence.
    let norms = totals.map { fixedLog2(4 * $0 + rows.count) }
    let logarithms = (0...Int(most)).map { fixedLog2(4 * $0 + 1) }
    for row in stride(from: 0, to: counts.count, by: samples.count) {
      for language in samples.indices {
        counts[row + language] = logarithms[Int(counts[row + language])] - norms[language]
      }
    }
    self.rows = rows
    weights = counts
  }

  /// - Parameters:
  ///   - code: One of `codes`.
  ///   - lower: The text in small letters.
  ///   - script: The script of the languages; words in others are left out.
  /// - Returns: Of the letters in this script, how many stand in stretches that are in the language or too
  ///   short to tell; and the language that most others are in.
  func letters(in code: String, of lower: Bytes, script: Script) -> (own: Int, all: Int, other: String?) {
    guard let wanted = codes.firstIndex(of: code) else { return (0, 0, nil) }
    var scores = [Int](repeating: 0, count: codes.count)
    var others = [Int](repeating: 0, count: codes.count)
    var own = 0
    var all = 0
    var pending = 0
    func close() {
      var best = wanted
      for language in codes.indices where scores[language] > scores[best] { best = language }
      if scores[best] - scores[wanted] <= Self.margin { own += pending } else { others[best] += pending }
      all += pending
      pending = 0
      for language in codes.indices { scores[language] = 0 }
    }
    lower.forEachWordOfLetters { word in
      guard let first = word.first, Script(first) == script else { return }
      for feature in word.features {
        guard let row = rows[feature] else { continue }
        for language in codes.indices { scores[language] += Int(weights[row + language]) }
      }
      pending += word.count
      if pending >= Self.stretch { close() }
    }
    close()
    let most = others.indices.max { others[$0] < others[$1] }
    return (own, all, most.flatMap { others[$0] > 0 ? codes[$0] : nil })
  }
}

extension ArraySlice<UInt8> {
  /// Its words of letters and marks, without digits; a word of more than 64 is cut.
  fileprivate func forEachWordOfLetters(_ visit: ([Unicode.Scalar]) -> Void) {
    var word: [Unicode.Scalar] = []
    for (_, scalar) in ScalarReader(self) {
      if scalar.isLetterOrMark {
        if word.count < 64 { word.append(scalar) }
      } else if !word.isEmpty {
        visit(word)
        word.removeAll(keepingCapacity: true)
      }
    }
    if !word.isEmpty { visit(word) }
  }
}

extension [Unicode.Scalar] {
  /// Letters, trigrams (the word's ends marked by a blank), and the whole word if it is short. Each letter
  /// and trigram is 21 bits a scalar.
  fileprivate var features: [UInt64] {
    var features: [UInt64] = []
    features.reserveCapacity(2 * count + 1)
    var window: UInt64 = 0x20
    for (position, scalar) in enumerated() {
      window = (window << 21 | UInt64(scalar.value)) & (1 << 63 - 1)
      features.append(UInt64(scalar.value))
      if position > 0 { features.append(window) }
    }
    features.append((window << 21 | 0x20) & (1 << 63 - 1))
    if count <= 5 {
      // FNV-1a; the top bit keeps it apart from the trigrams.
      let hash = reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1.value)) &* 1_099_511_628_211 }
      features.append(hash | 1 << 63)
    }
    return features
  }
}

/// log₂ in 1/64, rounded down; `value` is at least 1.
///
/// In whole numbers, because a library's logarithm may differ in its last bit from machine to machine.
private func fixedLog2(_ value: Int) -> Int32 {
  let value = UInt64(max(1, value))
  let whole = 63 - value.leadingZeroBitCount
  // Squaring a mantissa of 31 bits in [1, 2) gives one more bit of the logarithm each time.
  var mantissa = whole <= 31 ? value << UInt64(31 - whole) : value >> UInt64(whole - 31)
  var result = Int32(whole)
  for _ in 0..<6 {
    mantissa = (mantissa * mantissa) >> 31
    result <<= 1
    if mantissa >= 1 << 32 {
      mantissa >>= 1
      result |= 1
    }
  }
  return result
}
