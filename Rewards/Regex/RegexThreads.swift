/// The threads at one place of the text, most preferred first.
struct RegexThreads {
  private(set) var states: [Int] = []
  private var saved: [Int] = []
  /// By state: the round in which a thread was last put there.
  private var rounds: [Int]
  private var round = 0
  private let slotCount: Int
  private var working: [Int]
  /// What is still to be followed: a state; or a slot to be restored, as ~slot upon its value.
  private var stack: [Int] = []

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

  /// Adds what the program's first state leads to without reading on.
  mutating func start(at index: Int, _ program: RegexProgram, _ text: Bytes, _ fuel: inout Int) {
    for slot in working.indices { working[slot] = -1 }
    follow(0, at: index, program, text, &fuel)
  }

  /// Adds what `state` leads to without reading on, for a thread of another place.
  mutating func `continue`(
    _ thread: Int, of others: borrowing RegexThreads, in state: Int, at index: Int, _ program: RegexProgram,
    _ text: Bytes, _ fuel: inout Int
  ) {
    if rounds[state] == round { return }
    for slot in working.indices { working[slot] = others.saved[thread * slotCount + slot] }
    follow(state, at: index, program, text, &fuel)
  }

  /// In order of preference.
  private mutating func follow(
    _ state: Int, at index: Int, _ program: RegexProgram, _ text: Bytes, _ fuel: inout Int
  ) {
    stack.append(state)
    while let state = stack.popLast() {
      if state < 0 {
        working[~state] = stack.popLast() ?? -1
        continue
      }
      if rounds[state] == round { continue }
      rounds[state] = round
      fuel -= 1 + slotCount / 4
      switch program.instructions[state] {
      case .jump(let target): stack.append(target)
      case .split(let first, let second):
        stack.append(second)
        stack.append(first)
      case .save(let slot):
        if slot < slotCount {
          stack.append(working[slot])
          stack.append(~slot)
          working[slot] = index
        }
        stack.append(state + 1)
      case .assertion(let assertion):
        if text.satisfies(assertion, at: index) { stack.append(state + 1) }
      case .scalar, .set, .match:
        states.append(state)
        if slotCount > 0 { saved.append(contentsOf: working) }
      }
    }
  }
}
