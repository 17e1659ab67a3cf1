enum JugMove {
  case fill(Int)
  case empty(Int)
  case pour(Int, Int)
}

/// Jugs without marks, and an amount to be measured out.
struct Jugs {
  static let maximumStates = 1 << 20

  let capacities: [Int]
  let amount: Int

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let parts = text.trimmedFields(at: ";")
    guard parts.count == 2, let amount = parts[1].asInteger, amount >= 0 else {
      throw .form("capacities;amount")
    }
    capacities = parts[0].trimmedFields(at: ",").map { $0.asInteger ?? 0 }
    guard (2...8).contains(capacities.count), capacities.allSatisfy({ (1...1 << 40).contains($0) }) else {
      throw .form("capacities;amount")
    }
    self.amount = amount
  }

  func carryOut(_ move: JugMove, on levels: inout [Int]) {
    switch move {
    case .fill(let jug): levels[jug] = capacities[jug]
    case .empty(let jug): levels[jug] = 0
    case .pour(let from, let to):
      let poured = min(levels[from], capacities[to] - levels[to])
      levels[from] -= poured
      levels[to] += poured
    }
  }

  /// Moves of a shortest solution, breadth first over all levels of all jugs.
  func shortest() throws(UnusableGroundTruth) -> Int {
    var states = 1
    for capacity in capacities {
      let (product, overflow) = states.multipliedReportingOverflow(by: capacity + 1)
      if overflow || product > Self.maximumStates {
        throw UnusableGroundTruth("has too many states to look for a shortest solution")
      }
      states = product
    }
    var isSeen = [Bool](repeating: false, count: states)
    isSeen[0] = true
    var frontier = [0]
    var distance = 0
    let moves = allMoves
    while !frontier.isEmpty {
      var next: [Int] = []
      for state in frontier {
        let levels = levels(of: state)
        if levels.contains(amount) { return distance }
        for move in moves {
          var after = levels
          carryOut(move, on: &after)
          let number = number(of: after)
          if !isSeen[number] {
            isSeen[number] = true
            next.append(number)
          }
        }
      }
      frontier = next
      distance += 1
    }
    throw UnusableGroundTruth("asks for an amount that cannot be measured out")
  }

  private var allMoves: [JugMove] {
    let jugs = capacities.indices
    return jugs.map { .fill($0) } + jugs.map { .empty($0) }
      + jugs.flatMap { from in jugs.filter { $0 != from }.map { .pour(from, $0) } }
  }

  private func number(of levels: [Int]) -> Int {
    zip(levels, capacities).reduce(0) { $0 * ($1.1 + 1) + $1.0 }
  }

  private func levels(of state: Int) -> [Int] {
    var rest = state
    var levels: [Int] = []
    for capacity in capacities.reversed() {
      levels.append(rest % (capacity + 1))
      rest /= capacity + 1
    }
    return levels.reversed()
  }
}
