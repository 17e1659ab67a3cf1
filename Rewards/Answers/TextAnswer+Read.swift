extension TextAnswer {
  /// From the words of an answer, markup gone.
  init(words: Bytes) {
    var exact: [UInt8] = []
    var isFirst = true
    var index = words.startIndex
    while index < words.endIndex {
      guard Self.counts(words[index]) else {
        index += 1
        continue
      }
      let word = words[index...].prefix { Self.counts($0) || $0 == 0x27 }
      index = word.endIndex
      if isFirst, words[index...].contains(where: { Self.counts($0) }),
        Self.articles.contains(word.map(\.lowercased))
      {
        isFirst = false
        continue
      }
      isFirst = false
      exact += word.filter { $0 != 0x27 }
    }
    self.exact = exact
    normalized = exact.map(\.lowercased)
    meaning = Self.meanings[normalized]
  }

  /// Whether these words are an answer in words that is too short to be told from a product of letters.
  static func isShortAnswer(_ letters: Bytes) -> Bool {
    shortAnswers.contains(letters.map(\.lowercased))
  }

  private static func counts(_ byte: UInt8) -> Bool { byte.isLetter || byte.isDigit || byte >= 0x80 }

  private static func table(_ words: String) -> [[UInt8]] {
    words.split(separator: " ").map { Array($0.utf8) }
  }

  private static let articles = Set(table("a an the"))
  private static let shortAnswers = Set(
    table("yes no dne odd red she he it am pm none all sat sun mon tue wed thu fri"))
  private static let meanings: [[UInt8]: Meaning] = {
    var meanings: [[UInt8]: Meaning] = [:]
    for word in table(
      "undefined notdefined doesnotexist dne doesntexist isundefined limitdoesnotexist indeterminate")
    {
      meanings[word] = .undefined
    }
    for word in table(
      "allrealnumbers allreals realnumbers anyrealnumber everyrealnumber allrealnumbersx reals setofallrealnumbers"
        + " setofrealnumbers allrealvalues")
    { meanings[word] = .allReals }
    for word in table(
      "allrealnumbersexcept allrealsexcept allrealnumbersxexcept allrealnumbersexceptfor allrealvaluesexcept"
        + " anyrealnumberexcept")
    { meanings[word] = .allRealsExcept }
    for word in table(
      "nosolution nosolutions norealsolution norealsolutions emptyset nosolutionexists nosolutionsexist")
    { meanings[word] = .noSolution }
    return meanings
  }()
}
