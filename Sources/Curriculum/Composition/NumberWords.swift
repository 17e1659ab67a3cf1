/// Words that give a number away without its digits, by which a reader could do without the answer before.
struct NumberWords: Sendable {
  /// All words of the text, small, with one blank around each; hyphens are blanks.
  private let words: String

  init(_ text: String) {
    var words: [UInt8] = [0x20]
    for byte in text.utf8 {
      let isLetter = (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      if isLetter || byte >= 0x80 {
        words.append(byte < 0x80 ? byte | 0x20 : byte)
      } else if words.last != 0x20 {
        words.append(0x20)
      }
    }
    if words.last != 0x20 { words.append(0x20) }
    self.words = String(decoding: words, as: UTF8.self)
  }

  /// Whether the text holds the number in words.
  func imply(_ number: Int) -> Bool {
    (Self.names(of: number) + (Self.relatives[number] ?? [])).contains { words.contains(" \($0) ") }
  }

  private static let units = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
  ]
  private static let tens = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
  ]
  private static let relatives: [Int: [String]] = [
    2: ["second", "both", "pair", "couple", "twins", "twice", "double"],
    3: ["third", "trio", "triplets", "triple", "thrice"], 4: ["fourth", "quadruplets", "quadruple"],
    5: ["fifth"], 6: ["sixth", "half a dozen"], 7: ["seventh"], 8: ["eighth"], 9: ["ninth"],
    10: ["tenth", "decade"],
    12: ["twelfth", "dozen"], 24: ["two dozen"], 100: ["century"],
  ]

  private static func names(of number: Int) -> [String] {
    switch number {
    case 0..<20: [units[number]]
    case 20..<100:
      [number % 10 == 0 ? tens[number / 10] : tens[number / 10] + " " + units[number % 10]]
    case 100, 1000: number == 100 ? ["hundred"] : ["thousand"]
    case 200..<1000 where number % 100 == 0: [units[number / 100] + " hundred"]
    case 2000..<20_000 where number % 1000 == 0: [units[number / 1000] + " thousand"]
    default: []
    }
  }
}
