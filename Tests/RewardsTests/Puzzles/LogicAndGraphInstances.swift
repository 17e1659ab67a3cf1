import Rewards

/// Tasks of logic and graphs, made from their solutions.
enum LogicTasks {
  static let makers: [String: @Sendable (inout TestDice) -> TaskInstance] = [
    "knights_knaves": knights, "satisfiability": satisfiability, "truth_table": truthTable,
    "logical_equivalence": equivalence,
  ]

  static let names = ["Ann", "Bob", "Cleo", "Dan", "Eve", "A"]

  /// Everyone says something about someone that fits what both are.
  @Sendable static func knights(_ dice: inout TestDice) -> TaskInstance {
    let count = dice.roll(2...6)
    let isKnight = (0..<count).map { _ in dice.flip() }
    let statements = (0..<count).map { speaker in
      let other = dice.roll(0...count - 1)
      if other == speaker {
        return "\(names[speaker]):\(names[speaker]) | !\(names[speaker])".replacing(!isKnight[speaker])
      }
      let negation = isKnight[other] == isKnight[speaker] ? "" : "!"
      return "\(names[speaker]):\(negation)\(names[other])"
    }
    func answer(_ roles: [Bool]) -> String {
      "#### "
        + roles.enumerated().map { "\(names[$0]) is a \($1 ? "knight" : "knave")" }.joined(separator: ", ")
    }
    var wrong = isKnight
    wrong[0].toggle()
    return TaskInstance(
      gold: statements.joined(separator: ";") + ";\(names[0]):\(isKnight[0] ? "true" : "false")",
      right: answer(isKnight), wrong: answer(wrong))
  }

  /// Clauses that a drawn assignment satisfies; the wrong answer breaks the first one.
  @Sendable static func satisfiability(_ dice: inout TestDice) -> TaskInstance {
    let count = dice.roll(3...9)
    let values = (0..<count).map { _ in dice.flip() }
    let clauses = (0..<12).map { _ in
      let chosen = dice.shuffled(Array(0..<count)).prefix(3)
      return chosen.enumerated().map { place, variable in
        let isPlain = place == 0 ? values[variable] : dice.flip()
        return (variable, isPlain)
      }
    }
    let formula = clauses.map { "(" + $0.map { "\($1 ? "" : "!")x\($0)" }.joined(separator: " | ") + ")" }
      .joined(separator: " & ")
    let used = (0..<count).filter { variable in clauses.contains { $0.contains { $0.0 == variable } } }
    func shown(_ values: [Bool]) -> String {
      "#### " + used.map { "x\($0)=\(values[$0] ? 1 : 0)" }.joined(separator: ", ")
    }
    var wrong = values
    for (variable, isPlain) in clauses[0] { wrong[variable] = !isPlain }
    return TaskInstance(gold: formula, right: shown(values), wrong: shown(wrong))
  }

  /// (x0 op x1) op x2 …, evaluated row by row.
  private static func chain(_ dice: inout TestDice) -> (text: String, column: [Bool], count: Int) {
    let count = dice.roll(2...7)
    let signs = (1..<count).map { _ in dice.pick(["&", "|", "xor", "->", "<->"]) }
    var text = "x0"
    for (index, sign) in signs.enumerated() { text = "(\(text) \(sign) x\(index + 1))" }
    let column = (0..<(1 << count)).map { row in
      func bit(_ variable: Int) -> Bool { row >> (count - 1 - variable) & 1 == 1 }
      var value = bit(0)
      for (index, sign) in signs.enumerated() {
        let right = bit(index + 1)
        switch sign {
        case "&": value = value && right
        case "|": value = value || right
        case "xor": value = value != right
        case "->": value = !value || right
        default: value = value == right
        }
      }
      return value
    }
    return (text, column, count)
  }

  @Sendable static func truthTable(_ dice: inout TestDice) -> TaskInstance {
    let (text, column, _) = chain(&dice)
    var wrong = column
    wrong[dice.roll(0...column.count - 1)].toggle()
    func answer(_ column: [Bool]) -> String { "#### " + column.map { $0 ? "1" : "0" }.joined() }
    return TaskInstance(gold: text, right: answer(column), wrong: answer(wrong))
  }

  /// Every true row becomes a cube; the wrong answer leaves one out.
  @Sendable static func equivalence(_ dice: inout TestDice) -> TaskInstance {
    let (text, column, count) = chain(&dice)
    let cubes = column.indices.filter { column[$0] }.map { row in
      "("
        + (0..<count).map { (row >> (count - 1 - $0) & 1 == 1 ? "" : "¬") + "x\($0)" }.joined(
          separator: " ∧ ") + ")"
    }
    return TaskInstance(
      gold: text, right: "#### " + (cubes.isEmpty ? "false" : cubes.joined(separator: " ∨ ")),
      wrong: "#### " + (cubes.count < 2 ? "x0 ∨ ¬x0" : cubes.dropLast().joined(separator: " ∨ ")),
      parameters: ["form": .text("dnf")])
  }
}

extension String {
  /// A tautology turned into its contrary where the speaker lies.
  fileprivate func replacing(_ lies: Bool) -> String {
    lies ? split(separator: ":")[0] + ":!(" + split(separator: ":")[1] + ")" : self
  }
}

enum GraphTasks {
  static let makers: [String: @Sendable (inout TestDice) -> TaskInstance] = [
    "graph_coloring": coloring, "topological_order": topologicalOrder, "shortest_path": shortestPath,
  ]

  @Sendable static func coloring(_ dice: inout TestDice) -> TaskInstance {
    let count = dice.roll(3...12)
    let color = (0..<count).map { $0 < 3 ? $0 : dice.roll(0...2) }
    var edges = ["n0-n1"]
    for left in 0..<count {
      for right in 0..<left where color[left] != color[right] && dice.flip() {
        edges.append("n\(left)-n\(right)")
      }
    }
    edges += (0..<count).map { "n\($0)" }
    func answer(_ color: [Int]) -> String {
      "#### " + color.enumerated().map { "n\($0): c\($1)" }.joined(separator: ", ")
    }
    var wrong = color
    wrong[1] = wrong[0]
    return TaskInstance(gold: "3;\(edges.joined(separator: ","))", right: answer(color), wrong: answer(wrong))
  }

  @Sendable static func topologicalOrder(_ dice: inout TestDice) -> TaskInstance {
    let order = dice.shuffled((0..<dice.roll(3...12)).map { "n\($0)" })
    var edges = ["\(order[0])>\(order[1])"] + order
    for left in order.indices {
      for right in order.indices where left < right && dice.flip() {
        edges.append("\(order[left])>\(order[right])")
      }
    }
    let wrong = [order[1], order[0]] + order.dropFirst(2)
    return TaskInstance(
      gold: dice.shuffled(edges).joined(separator: ","), right: "#### \(order.joined(separator: ", "))",
      wrong: "#### \(wrong.joined(separator: ", "))")
  }

  /// Floyd and Warshall's algorithm; the wrong answer takes a longer way where there is one.
  @Sendable static func shortestPath(_ dice: inout TestDice) -> TaskInstance {
    let count = dice.roll(4...8)
    var cost = [[Int]](repeating: Array(repeating: 1_000_000, count: count), count: count)
    var next = cost
    var edges: [String] = []
    func add(_ from: Int, _ to: Int, _ weight: Int) {
      edges.append("n\(from)>n\(to):\(weight)")
      if weight < cost[from][to] { (cost[from][to], next[from][to]) = (weight, to) }
    }
    for node in 1..<count { add(node - 1, node, dice.roll(5...9)) }
    for _ in 0..<count { add(dice.roll(0...count - 2), dice.roll(1...count - 1), dice.roll(1...20)) }
    for middle in 0..<count {
      for from in 0..<count {
        for to in 0..<count where cost[from][middle] + cost[middle][to] < cost[from][to] {
          cost[from][to] = cost[from][middle] + cost[middle][to]
          next[from][to] = next[from][middle]
        }
      }
    }
    var path = [0]
    while let last = path.last, last != count - 1 { path.append(next[last][count - 1]) }
    let nodes = path.map { "n\($0)" }
    return TaskInstance(
      gold: "n0;n\(count - 1);\(edges.joined(separator: ","))",
      right: "#### \(nodes.joined(separator: " -> "))",
      wrong: "#### \((nodes + [nodes[0]]).joined(separator: " -> "))")
  }
}
