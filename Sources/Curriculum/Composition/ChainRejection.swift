/// Why something could not become part of a chain, or a chain was thrown away.
public enum ChainRejection: String, Error, Sendable, Hashable, CaseIterable, Codable {
  // Rows
  case otherSide = "other_side"
  case repeatedQuestion = "repeated_question"
  case answerNotWhole = "answer_not_whole"
  case noNumber = "no_number"
  // Numbers in the text of a row
  case numberRepeated = "number_repeated"
  case numberImplied = "number_implied"
  case numberInName = "number_in_name"
  case numberUnused = "number_unused"
  // Links
  case repeatedPart = "repeated_part"
  case refusedByFamily = "refused_by_family"
  case spanNotUnique = "span_not_unique"
  case outOfRange = "out_of_range"
  case fraction
  case otherAnswer = "other_answer"
  case independent
  // Chains
  case repeatedChain = "repeated_chain"

  /// For people.
  public var description: String {
    switch self {
    case .otherSide: "problems on the other side of the training/held-out split"
    case .repeatedQuestion: "rows whose question an earlier row has"
    case .answerNotWhole: "rows whose answer is no whole number within ±\(ChainAdapter.limit)"
    case .noNumber: "rows without a number that can be replaced (they can only open a chain)"
    case .numberRepeated: "numbers that stand more than once in their question"
    case .numberImplied:
      "numbers that need not be given: in words elsewhere, known from the calendar, or worked out from others"
    case .numberInName:
      "numbers that are no plain amount of 2 or more (but a date, a time, a fraction, a label …)"
    case .numberUnused: "numbers that the worked solution does not calculate with"
    case .repeatedPart: "problems that their chain holds already"
    case .refusedByFamily: "problems that their family does not have with the number that was to go in"
    case .spanNotUnique: "links whose replaced number is not where the text says, and only there"
    case .outOfRange: "links with a number beyond ±\(ChainAdapter.limit)"
    case .fraction: "links that would divide with a remainder, or by zero"
    case .otherAnswer: "chains that give another answer when they are worked through again"
    case .independent: "links after which the last answer would not depend on the first"
    case .repeatedChain: "chains that were made before"
    }
  }
}

/// How many were rejected, by reason.
public struct ChainRejections: Sendable, Hashable {
  public private(set) var counts: [ChainRejection: Int] = [:]

  public init() {}

  public mutating func count(_ reason: ChainRejection) { counts[reason, default: 0] += 1 }

  public subscript(reason: ChainRejection) -> Int { counts[reason] ?? 0 }

  /// One line per reason that occurred, in the order of the reasons.
  public var lines: [String] {
    ChainRejection.allCases.compactMap { reason in counts[reason].map { "\(reason.description): \($0)" } }
  }
}
