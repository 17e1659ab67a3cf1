/// What stands for a number in a chain's text.
enum ChainVariable {
  /// The first of a few letters that is no word of the question in either case; nil where all are. `a` is none of them:
  /// it is a word in English, and the previous answer in compact chains.
  static func name(for question: String) -> String? {
    let words = question.utf8.split { byte in
      !((byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")) && byte < 0x80
    }
    let taken = Set(words.filter { $0.count == 1 }.compactMap { $0.first.map { $0 | 0x20 } })
    return ["n", "m", "k", "x", "y"].first { $0.utf8.first.map(taken.contains) == false }
  }
}
