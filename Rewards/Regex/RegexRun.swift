/// Runs a program over a text with all its threads in step, so that no scalar is looked at twice.
///
/// A state holds at most one thread at a time, the one that a backtracking engine would have tried first:
/// that is what makes the time linear and the match the same as Perl's and Python's.
struct RegexRun {
  private let program: RegexProgram
  private let text: Bytes
  private let slotCount: Int
  private var current: RegexThreads
  private var next: RegexThreads

  init(_ program: RegexProgram, _ text: Bytes, savesGroups: Bool) {
    self.program = program
    self.text = text
    slotCount = savesGroups ? program.slotCount : 0
    current = RegexThreads(states: program.instructions.count, slotCount: slotCount)
    next = current
  }

  /// - Parameters:
  ///   - start: No match begins before it.
  ///   - mustCoverAll: Only from `start` to the end of the text.
  ///   - fuel: What is left; each state visited costs one, and so do eight slots copied.
  /// - Throws: Where the fuel is used up.
  /// - Returns: The slots, −1 where a group took no part; empty if groups are not saved; nil without match.
  mutating func match(
    from start: Int, mustCoverAll: Bool, _ fuel: inout Int
  ) throws(RegexFuelError) -> [Int]? {
    var index = start
    var best: [Int]?
    current.clear()
    while true {
      if current.isEmpty {
        if best != nil || (mustCoverAll && index > start) { return best }
        if !mustCoverAll, let starts = program.startBytes {
          let from = index
          while index < text.endIndex, !starts[Int(text[index])] { index += 1 }
          fuel -= (index - from) / 16
          if index == text.endIndex { return nil }
        }
      }
      let here = text.scalar(at: index)
      if best == nil, !mustCoverAll || index == start {
        current.follow(0, at: index, program, text, slots: nil, &fuel)
      }
      next.clear()
      steps: for thread in current.states.indices {
        fuel -= 1
        let state = Int(current.states[thread])
        let goesOn: Bool
        switch program.instructions[state] {
        case .match:
          if mustCoverAll, index < text.endIndex { continue steps }
          best = Array(current.slots(of: thread))
          // Threads behind this one are less preferred.
          break steps
        case .scalar(let value): goesOn = here.width > 0 && here.scalar.value == value
        case .set(let set): goesOn = here.width > 0 && program.sets[set].contains(here.scalar)
        case .assertion, .save, .split, .jump: goesOn = false
        }
        if goesOn {
          next.follow(
            state + 1, at: index + here.width, program, text, slots: current.slots(of: thread), &fuel)
        }
      }
      if best != nil, slotCount == 0 { return best }
      if fuel < 0 { throw RegexFuelError() }
      if here.width == 0 { return best }
      swap(&current, &next)
      index += here.width
    }
  }
}

/// The threads at one place of the text, most preferred first.
struct RegexThreads {
  private(set) var states: [Int32] = []
  private var saved: [Int] = []
  /// By state: the round in which a thread was last put there.
  private var rounds: [Int]
  private var round = 0
  private let slotCount: Int
  private var working: [Int]
  private var stack: [Step] = []

  private enum Step {
    case visit(Int)
    case restore(slot: Int, value: Int)
  }

  init(states: Int, slotCount: Int) {
    rounds = Array(repeating: -1, count: states)
    self.slotCount = slotCount
    working = Array(repeating: -1, count: slotCount)
  }

  var isEmpty: Bool { states.isEmpty }

  mutating func clear() {
    states.removeAll(keepingCapacity: true)
    saved.removeAll(keepingCapacity: true)
    round += 1
  }

  func slots(of thread: Int) -> ArraySlice<Int> {
    saved[thread * slotCount..<(thread + 1) * slotCount]
  }

  /// Adds what `state` leads to without reading on, in order of preference.
  mutating func follow(
    _ state: Int, at index: Int, _ program: RegexProgram, _ text: Bytes, slots: ArraySlice<Int>?,
    _ fuel: inout Int
  ) {
    if let slots {
      working.replaceSubrange(working.indices, with: slots)
    } else {
      for slot in working.indices { working[slot] = -1 }
    }
    stack.append(.visit(state))
    while let step = stack.popLast() {
      switch step {
      case .restore(let slot, let value): working[slot] = value
      case .visit(let state):
        if rounds[state] == round { continue }
        rounds[state] = round
        fuel -= 1 + slotCount / 8
        switch program.instructions[state] {
        case .jump(let target): stack.append(.visit(target))
        case .split(let first, let second):
          stack.append(.visit(second))
          stack.append(.visit(first))
        case .save(let slot):
          if slot < slotCount {
            stack.append(.restore(slot: slot, value: working[slot]))
            working[slot] = index
          }
          stack.append(.visit(state + 1))
        case .assertion(let assertion):
          if text.satisfies(assertion, at: index) { stack.append(.visit(state + 1)) }
        case .scalar, .set, .match:
          states.append(Int32(truncatingIfNeeded: state))
          saved.append(contentsOf: working)
        }
      }
    }
  }
}
