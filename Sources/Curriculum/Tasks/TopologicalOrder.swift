public import Randomness

/// An order in which every arrow points forward: `order b>a,c>a,b>c=` → `take b, left c>a`, `take c, left none`,
/// `take a, left none`, `#### b,c,a`.
///
/// Difficulty is the number of letters. Each but the first has an arrow from one before it, and there are a third
/// as many more. The solution always takes the first letter of the alphabet that nothing points to; any order that
/// fits is right.
///
/// Where a teacher slips: at each step a letter is taken that something still points to.
public struct TopologicalOrder: ProceduralTask {
  public static let name = "topological_order"
  public static let subject = TaskSubject.ordering
  public static let summary = "Letters in an order in which every arrow points forward"
  public static let difficultyUnit = "letters"
  public static let difficulties = 3...10
  public static let defaultDifficulties = 4...6
  public static let verifier = "topological_order"

  public struct Problem: Sendable, Hashable {
    var edges: [Edge]
    var nodes: [Character] { Set(edges.flatMap { [$0.from, $0.to] }).sorted() }
  }

  struct Edge: Sendable, Hashable {
    var from: Character
    var to: Character
    var text: String { "\(from)>\(to)" }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let order = Array(rng.shuffled(Array("abcdefghijklmnopqrstuvwxyz")).prefix(difficulty))
    var edges = (1..<difficulty).map { Edge(from: order[rng.draw(0...($0 - 1))], to: order[$0]) }
    for _ in 0..<(difficulty / 3) {
      let to = rng.draw(1...(difficulty - 1))
      let edge = Edge(from: order[rng.draw(0...(to - 1))], to: order[to])
      if !edges.contains(edge) { edges.append(edge) }
    }
    return Problem(edges: rng.shuffled(edges))
  }

  public func prompt(for problem: Problem) -> String { "order \(text(problem.edges))=" }

  public func groundTruth(of problem: Problem) -> String { text(problem.edges) }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    var (nodes, edges) = (problem.nodes, problem.edges)
    var order: [Character] = []
    var steps: [WorkedSolution.Step] = []
    while !nodes.isEmpty {
      let free = nodes.filter { node in !edges.contains { $0.to == node } }
      // After a slip, too, something is free: arrows are only taken away.
      let blocked = nodes.filter { !free.contains($0) }
      var node = free[0]
      if let early = blocked.first, rng.chance(teacher.slipRate) { node = early }
      let deadEnds = blocked.filter { $0 != node }.compactMap { wrong in
        edges.first { $0.to == wrong }.map {
          WorkedSolution.DeadEnd(["take \(wrong)"], problem: "\($0.text) is left")
        }
      }
      nodes.removeAll { $0 == node }
      edges.removeAll { $0.from == node || $0.to == node }
      order.append(node)
      steps.append(
        WorkedSolution.Step(
          "take \(node), left \(edges.isEmpty ? "none" : text(edges))",
          details: ["free: \(free.map(String.init).joined(separator: ","))"],
          check: "nothing before \(node) is left", deadEnds: deadEnds))
    }
    return WorkedSolution(steps, answer: order.map(String.init).joined(separator: ","))
  }

  private func text(_ edges: [Edge]) -> String { edges.map(\.text).joined(separator: ",") }
}
