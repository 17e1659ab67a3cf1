/// A regular expression as the states of a nondeterministic automaton.
///
/// Thompson, "Regular Expression Search Algorithm", CACM 11 (1968); the instructions are those of Pike's
/// virtual machine (Cox, "Regular Expression Matching: the Virtual Machine Approach", 2009).
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    /// Goes on behind that scalar.
    case scalar(UInt32)
    /// Goes on behind a member of that set.
    case set(Int)
    case assertion(RegexAssertion)
    /// Writes the position into that slot.
    case save(Int)
    /// Both; the first is preferred.
    case split(Int, Int)
    case jump(Int)
    case match
  }

  private(set) var instructions: [Instruction] = []
  private var sets: [ScalarSet] = []
  /// The sets' ASCII members, two words a set: reading them touches no reference count.
  private var asciiMembers: [UInt64] = []
  let groupCount: Int
  /// By byte: can a match begin there? nil where one may be empty.
  private(set) var startBytes: [Bool]?
  /// Nodes emitted, some of them without an instruction.
  private var work = 0

  /// Start and end of the match, then of each group.
  var slotCount: Int { 2 * (groupCount + 1) }

  init(_ node: RegexNode, groupCount: Int) throws(RegexError) {
    self.groupCount = groupCount
    try emit(.capture(0, node), position: 0)
    instructions.append(.match)
    asciiMembers = sets.flatMap { [$0.low, $0.high] }
    startBytes = possibleStarts()
  }

  func contains(_ scalar: Unicode.Scalar, inSet set: Int) -> Bool {
    let value = Int(scalar.value)
    return value < 128
      ? asciiMembers[2 * set + value >> 6] >> UInt64(value & 63) & 1 == 1 : sets[set].contains(scalar)
  }

  private mutating func emit(_ node: RegexNode, position: Int) throws(RegexError) {
    work += 1
    if work > RegexLimits.states {
      throw RegexError(
        position: position + 1, problem: "its repetitions unroll to more than \(RegexLimits.states) states")
    }
    switch node {
    case .empty: break
    case .scalar(let scalar): instructions.append(.scalar(scalar.value))
    case .set(let set):
      // Copies of one set, made by a counted repetition, share it.
      if sets.last != set { sets.append(set) }
      instructions.append(.set(sets.count - 1))
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    case .sequence(let items):
      for item in items { try emit(item, position: position) }
    case .alternation(let branches): try emit(branches: branches, position: position)
    case .capture(let number, let content):
      instructions.append(.save(2 * number))
      try emit(content, position: position)
      instructions.append(.save(2 * number + 1))
    case .repetition(let item, let minimum, let maximum, let isLazy, let position):
      for _ in 0..<minimum { try emit(item, position: position) }
      if let maximum {
        try emit(optional: item, times: maximum - minimum, isLazy, position)
      } else {
        try emit(loop: item, isLazy, position)
      }
    }
  }

  private mutating func emit(branches: [RegexNode], position: Int) throws(RegexError) {
    var exits: [Int] = []
    for (index, branch) in branches.enumerated() {
      if index == branches.count - 1 {
        try emit(branch, position: position)
        break
      }
      let split = instructions.count
      instructions.append(.split(split + 1, split + 1))
      try emit(branch, position: position)
      exits.append(instructions.count)
      instructions.append(.jump(0))
      instructions[split] = .split(split + 1, instructions.count)
    }
    for exit in exits { instructions[exit] = .jump(instructions.count) }
  }

  private mutating func emit(
    optional item: RegexNode, times: Int, _ isLazy: Bool, _ position: Int
  ) throws(RegexError) {
    var splits: [Int] = []
    for _ in 0..<times {
      splits.append(instructions.count)
      instructions.append(.jump(0))
      try emit(item, position: position)
    }
    for split in splits { instructions[split] = choice(split + 1, instructions.count, isLazy) }
  }

  private mutating func emit(loop item: RegexNode, _ isLazy: Bool, _ position: Int) throws(RegexError) {
    let start = instructions.count
    instructions.append(.jump(0))
    try emit(item, position: position)
    instructions.append(.jump(start))
    instructions[start] = choice(start + 1, instructions.count, isLazy)
  }

  private func choice(_ on: Int, _ out: Int, _ isLazy: Bool) -> Instruction {
    isLazy ? .split(out, on) : .split(on, out)
  }

  private func possibleStarts() -> [Bool]? {
    var isPossible = [Bool](repeating: false, count: 256)
    var isSeen = [Bool](repeating: false, count: instructions.count)
    var stack = [0]
    while let state = stack.popLast() {
      if isSeen[state] { continue }
      isSeen[state] = true
      switch instructions[state] {
      case .match: return nil
      case .jump(let target): stack.append(target)
      case .split(let first, let second): stack += [first, second]
      case .save, .assertion: stack.append(state + 1)
      case .scalar(let value):
        if value < 128 { isPossible[Int(value)] = true } else { markOthers(&isPossible) }
      case .set(let set):
        for value in UInt8(0)..<128 where sets[set].contains(Unicode.Scalar(value)) {
          isPossible[Int(value)] = true
        }
        markOthers(&isPossible)
      }
    }
    return isPossible
  }

  private func markOthers(_ isPossible: inout [Bool]) {
    for byte in 128..<256 { isPossible[byte] = true }
  }
}
