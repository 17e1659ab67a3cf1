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
  ///   - fuel: What is left; each state visited costs one, and so do four slots copied.
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
        current.start(at: index, program, text, &fuel)
      }
      next.clear()
      steps: for thread in current.states.indices {
        fuel -= 1
        let state = current.states[thread]
        let goesOn: Bool
        switch program.instructions[state] {
        case .match:
          if mustCoverAll, index < text.endIndex { continue steps }
          best = Array(current.slots(of: thread))
          // Threads behind this one are less preferred.
          break steps
        case .scalar(let value): goesOn = here.width > 0 && here.scalar.value == value
        case .set(let set): goesOn = here.width > 0 && program.contains(here.scalar, inSet: set)
        case .assertion, .save, .split, .jump: goesOn = false
        }
        if goesOn {
          next.continue(thread, of: current, in: state + 1, at: index + here.width, program, text, &fuel)
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
