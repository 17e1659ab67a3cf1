public import Randomness

/// The cheapest way between two letters: `a to d: ab3 ac7 bd2 cd1=` → `b=3 via a`, `d=5 via b`, `#### a,b,d`
/// (Dijkstra's algorithm).
///
/// Difficulty is the number of letters. There are a third more edges than letters, each with a cost of 1…9, and the
/// goal is a letter farthest from the start. Of several cheapest ways any one is right.
///
/// Where a teacher slips: a way of two edges or more is written down with one of its stops left out.
public struct ShortestPath: ProceduralTask {
  public static let name = "shortest_path"
  public static let subject = TaskSubject.graphs
  public static let summary = "The cheapest way through a graph, by Dijkstra's algorithm"
  public static let difficultyUnit = "letters"
  public static let difficulties = 3...9
  public static let defaultDifficulties = 4...5
  public static let verifier = "shortest_path"

  public struct Problem: Sendable, Hashable {
    var start: Character
    var goal: Character
    var edges: [Edge]
  }

  struct Edge: Sendable, Hashable {
    var ends: [Character]
    var cost: Int

    func other(_ end: Character) -> Character? {
      ends[0] == end ? ends[1] : ends[1] == end ? ends[0] : nil
    }
  }

  /// A letter that is reached: how, and for how much.
  private struct Reached {
    var node: Character
    var cost: Int
    var from: Character
    var edge: Int

    var text: String { "\(node)=\(cost) via \(from)" }
  }

  public init() {}

  public func problem(difficulty: Int, rng: inout CounterRNG) -> Problem {
    let nodes = rng.shuffled(Array("abcdefghi".prefix(difficulty)))
    var pairs = (1..<difficulty).map { [nodes[rng.draw(0...($0 - 1))], nodes[$0]] }
    let count = min(difficulty + difficulty / 3, difficulty * (difficulty - 1) / 2)
    while pairs.count < count {
      let pair = Array(rng.shuffled(nodes).prefix(2))
      if !pairs.contains(where: { Set($0) == Set(pair) }) { pairs.append(pair) }
    }
    let edges = rng.shuffled(pairs).map { Edge(ends: $0.sorted(), cost: rng.draw(1...9)) }
    // As many edges as letters: some letter has two of them, and a choice to make.
    let starts = nodes.filter { node in edges.count { $0.ends.contains(node) } > 1 }
    var problem = Problem(start: rng.pick(starts), goal: nodes[0], edges: edges)
    problem.goal = settled(problem, stopping: false).last?.reached.node ?? nodes[0]
    return problem
  }

  public func prompt(for problem: Problem) -> String {
    "\(problem.start) to \(problem.goal): "
      + problem.edges.map { String($0.ends) + String($0.cost) }.joined(separator: " ") + "="
  }

  public func groundTruth(of problem: Problem) -> String {
    "\(problem.start);\(problem.goal);"
      + problem.edges.map { "\($0.ends[0])-\($0.ends[1]):\($0.cost)" }.joined(separator: ",")
  }

  public func work(on problem: Problem, by teacher: Teacher, rng: inout CounterRNG) -> WorkedSolution {
    let settled = settled(problem, stopping: true)
    var path = [problem.goal]
    while let stop = settled.first(where: { $0.reached.node == path[0] }) {
      path.insert(stop.reached.from, at: 0)
    }
    if path.count > 2, rng.chance(teacher.slipRate) { path.remove(at: rng.draw(1...(path.count - 2))) }
    return WorkedSolution(
      settled.map { reached, open in step(reached, open, problem) },
      answer: path.map(String.init).joined(separator: ","))
  }

  /// The letters in the order in which they are settled, each with what was open then, cheapest first.
  private func settled(_ problem: Problem, stopping: Bool) -> [(reached: Reached, open: [Reached])] {
    var costs = [problem.start: 0]
    var settled: [(reached: Reached, open: [Reached])] = []
    while true {
      var open: [Reached] = []
      for (index, edge) in problem.edges.enumerated() {
        for end in edge.ends {
          guard let cost = costs[end], let node = edge.other(end), costs[node] == nil else { continue }
          open.append(Reached(node: node, cost: cost + edge.cost, from: end, edge: index))
        }
      }
      open.sort { ($0.cost, $0.node, $0.from) < ($1.cost, $1.node, $1.from) }
      guard let next = open.first, !(stopping && settled.last?.reached.node == problem.goal) else {
        return settled
      }
      costs[next.node] = next.cost
      settled.append((next, open))
    }
  }

  private func step(_ reached: Reached, _ open: [Reached], _ problem: Problem) -> WorkedSolution.Step {
    let last = problem.edges[reached.edge].cost
    let before = reached.cost - last
    var deadEnds = open.filter { $0.cost > reached.cost }.map { other in
      WorkedSolution.DeadEnd([other.text], problem: "\(reached.text) is less")
    }
    var wrong = reached
    wrong.cost += 1
    deadEnds.append(.init([wrong.text], problem: "\(before)+\(last)=\(reached.cost)"))
    return WorkedSolution.Step(
      reached.text, details: ["open: " + open.map(\.text).joined(separator: ", ")],
      check: "\(before)+\(last)=\(reached.cost)", deadEnds: deadEnds)
  }
}
