/// The arguments (`kwargs`) of one instruction. Data sets write a null for every argument of every other
/// kind, so a null counts as absent.
struct InstructionArguments {
  /// Names the instruction in messages.
  let place: String
  /// Whether `around` is a relation, which only open-instruct's first data set has.
  let knowsAround: Bool
  private let values: [String: ParameterValue]
  private var read: Set<String> = []

  /// The longest text an argument may hold, in bytes.
  static let longestText = 65_536
  static let mostTexts = 256
  static let largestNumber = 1_000_000_000

  /// - Parameters:
  ///   - place: Names the instruction.
  ///   - values: As the row gives them.
  ///   - knowsAround: Whether `around` is a relation.
  init(place: String, values: [String: ParameterValue], knowsAround: Bool = false) {
    self.place = place
    self.knowsAround = knowsAround
    self.values = values.filter { $0.value != .null }
  }

  /// A text, blanks at its ends left out; never empty.
  mutating func text(_ key: String) throws(InstructionProblem) -> String {
    try text(value(key), key)
  }

  /// A text, or a list of just one.
  mutating func textOrSingleton(_ key: String) throws(InstructionProblem) -> String {
    let texts = try texts(key)
    guard texts.count == 1 else { throw mismatch(key, "a list of \(texts.count)", "a text") }
    return texts[0]
  }

  /// At least one text; a single text is a list of one.
  mutating func texts(_ key: String) throws(InstructionProblem) -> [String] {
    let value = try value(key)
    guard case .list(let items) = value else { return [try text(value, key)] }
    guard (1...Self.mostTexts).contains(items.count) else {
      throw mismatch(key, "a list of \(items.count)", "a list of 1 to \(Self.mostTexts) texts")
    }
    var texts: [String] = []
    for item in items { texts.append(try text(item, key)) }
    return texts
  }

  /// A whole number.
  mutating func count(_ key: String, from least: Int = 0) throws(InstructionProblem) -> Int {
    guard case .integer(let number) = try value(key), (least...Self.largestNumber).contains(number) else {
      throw mismatch(key, "another value", "a whole number from \(least) to 10⁹")
    }
    return number
  }

  mutating func relation(_ key: String) throws(InstructionProblem) -> CountRelation {
    let name = try text(key)
    let allowed = CountRelation.allCases.filter { knowsAround || $0 != .around }
    guard let relation = allowed.first(where: { $0.rawValue == name }) else {
      let known = allowed.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw mismatch(key, "`\(name.shortened)`", "one of \(known)")
    }
    return relation
  }

  /// - Throws: Where the row gives something that this kind does not know.
  func checkAllRead() throws(InstructionProblem) {
    guard let unknown = values.keys.filter({ !read.contains($0) }).min() else { return }
    let known = read.isEmpty ? "none" : read.sorted().map { "`\($0)`" }.joined(separator: ", ")
    throw InstructionProblem(place, "unknown kwarg `\(unknown.shortened)` (it takes: \(known))")
  }

  func mismatch(_ key: String, _ given: String, _ wanted: String) -> InstructionProblem {
    InstructionProblem(place, "kwarg `\(key)` is \(given), but must be \(wanted)")
  }

  private mutating func value(_ key: String) throws(InstructionProblem) -> ParameterValue {
    read.insert(key)
    guard let value = values[key] else { throw InstructionProblem(place, "kwarg `\(key)` is missing") }
    return value
  }

  private func text(_ value: ParameterValue, _ key: String) throws(InstructionProblem) -> String {
    guard case .text(let text) = value else { throw mismatch(key, value.kind, "a text") }
    let trimmed = Bytes(text.utf8).trimmed()
    guard !trimmed.isEmpty else { throw mismatch(key, "empty", "a text") }
    guard trimmed.count <= Self.longestText else {
      throw mismatch(key, "\(trimmed.count) bytes long", "at most \(Self.longestText)")
    }
    return trimmed.text
  }
}

/// How a count relates to the number asked for. IFEval knows the first two; the others are extensions.
enum CountRelation: String, CaseIterable {
  case lessThan = "less than"
  case atLeast = "at least"
  case atMost = "at most"
  case exactly
  /// Within a tenth, or 1; open-instruct's.
  case around

  func holds(_ count: Int, _ bound: Int) -> Bool {
    switch self {
    case .lessThan: count < bound
    case .atLeast: count >= bound
    case .atMost: count <= bound
    case .exactly: count == bound
    case .around: abs(count - bound) <= max(1, (bound + 5) / 10)
    }
  }

  /// True where one occurrence too many is a fault, so that disguised ones must be found too.
  var isUpperBound: Bool { self != .atLeast }
}

/// A number of something that a text must hold.
struct CountBound: Sendable {
  let relation: CountRelation
  let bound: Int

  init(_ relation: CountRelation, _ bound: Int) {
    self.relation = relation
    self.bound = bound
  }

  /// What is wrong with a count, `noun` being what is counted, in the plural.
  func fault(_ count: Int, _ noun: String) -> String? {
    relation.holds(count, bound) ? nil : "\(count) \(noun), but \(relation.rawValue) \(bound) asked for"
  }
}
