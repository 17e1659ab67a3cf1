/// A language that the detector knows.
///
/// Most scripts have one language here and decide alone; within the Latin, Cyrillic, Arabic and Devanagari
/// scripts ``TrigramModel`` decides, from texts of about 200 words. What it cannot do: name a language that
/// it does not know (Serbian passes for its nearest relative), or tell related languages apart in a few
/// words, so a text too short to tell passes for every language of its script.
///
/// Measured on texts that it was not made from: 99.8 % of GSM8K's questions and solutions pass for English,
/// and 97 to 100 % of program messages of 60 to 400 letters for the language they are in (20 languages, 1,500
/// of each); of these, 5 % of the Portuguese pass for Spanish and of the Russian for Bulgarian too, of most
/// pairs none.
struct Language: Sendable, Hashable {
  /// ISO 639-1.
  let code: String
  private let scripts: [Script]

  static let english = Language("en", [.latin])

  /// All that it knows, IFEval's 30 among them.
  private static let all: [Language] =
    LatinSamples.all.map { Language($0.code, [.latin]) }
    + CyrillicSamples.all.map { Language($0.code, [.cyrillic]) }
    + ArabicSamples.all.map { Language($0.code, [.arabic]) }
    + DevanagariSamples.all.map { Language($0.code, [.devanagari]) }
    + [
      Language("bn", [.bengali]), Language("el", [.greek]), Language("gu", [.gujarati]),
      Language("he", [.hebrew]), Language("hy", [.armenian]), Language("ja", [.kana, .han]),
      Language("ka", [.georgian]), Language("kn", [.kannada]), Language("ko", [.hangul]),
      Language("lo", [.lao]), Language("ml", [.malayalam]), Language("pa", [.gurmukhi]),
      Language("si", [.sinhala]), Language("ta", [.tamil]), Language("te", [.telugu]),
      Language("th", [.thai]),
      Language("zh", [.han]),
    ]

  /// Sorted.
  static let codes: [String] = all.map(\.code).sorted()

  // Each is made when a text in its script is first judged.
  private static let latin = TrigramModel(LatinSamples.all)
  private static let cyrillic = TrigramModel(CyrillicSamples.all)
  private static let arabic = TrigramModel(ArabicSamples.all)
  private static let devanagari = TrigramModel(DevanagariSamples.all)

  private static func model(of script: Script) -> TrigramModel? {
    switch script {
    case .latin: latin
    case .cyrillic: cyrillic
    case .arabic: arabic
    case .devanagari: devanagari
    default: nil
    }
  }

  private init(_ code: String, _ scripts: [Script]) {
    self.code = code
    self.scripts = scripts
  }

  /// nil for a language that it does not know.
  init?(code: String) {
    guard let language = Self.all.first(where: { $0.code == code }) else { return nil }
    self = language
  }

  /// What speaks against the text being in this language: less than two thirds of its letters are in the
  /// language's script, or less than two thirds of these in the language. A text without letters is in none.
  ///
  /// - Parameter lower: The text in small letters.
  /// - Returns: nil where it is in this language, or too short to tell.
  func fault(in lower: Bytes) -> String? {
    let tally = ScriptTally(lower)
    let own = scripts.reduce(0) { $0 + tally[$1] }
    guard tally.total > 0 else { return "the text has no letters" }
    guard 3 * own >= 2 * tally.total else {
      return "\(100 * own / tally.total) % of the letters are in the script of `\(code)`"
    }
    if code == "ja", 10 * tally[.kana] < own { return "Chinese characters without kana are not `ja`" }
    if code == "zh", 20 * tally[.kana] > own { return "Chinese characters with kana are not `zh`" }
    guard scripts.count == 1, let model = Self.model(of: scripts[0]) else { return nil }
    let letters = model.letters(in: code, of: lower, script: scripts[0])
    guard 3 * letters.own < 2 * letters.all else { return nil }
    return "\(100 * letters.own / letters.all) % of the text is in `\(code)`"
      + (letters.other.map { ", most of the rest in `\($0)`" } ?? "")
  }
}
