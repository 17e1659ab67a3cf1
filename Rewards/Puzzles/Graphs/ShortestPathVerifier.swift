/// A cheapest path through a graph: its cost counts, not which one it is.
public struct ShortestPathVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "shortest_path", summary: "A cheapest path through a graph.",
    groundTruth:
      "`from;to;edges`: `-` joins both ways, `>` one way, `:n` is the weight (an integer from 0; 1 where "
      + "there is none): `a;c;a-b,b>c:3`",
    answer: "the marked answer: the nodes of the path, separated by commas, blanks or arrows; or `none`",
    rules: [
      "It leads from the first node to the last along edges, and no path costs less. Any such path is right.",
      "`none` is right where no path exists.",
    ],
    examples: [
      .init("#### a -> c -> d", groundTruth: "a;d;a-b:1,b>d:5,a>c:2,c-d:2", score: 1),
      .init("#### a, b, d", groundTruth: "a;d;a-b:1,b>d:5,a>c:2,c-d:2", score: 0),
      .init("#### none", groundTruth: "d;a;a>d", score: 1),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: PathTask.init) { answer, task in
      if answer.withoutMarkup.isWord("none") {
        return task.cheapest == nil ? .right("there is no path") : .wrong("there is a path")
      }
      var nodes: [Int] = []
      for name in answer.nodeList {
        guard let node = task.graph.node(name) else {
          return .wrong("node \(nodes.count + 1) is not in the graph")
        }
        nodes.append(node)
      }
      guard nodes.first == task.from, nodes.last == task.to else {
        return .wrong("the path does not lead from the first node to the last")
      }
      guard let cost = task.cost(of: nodes) else { return .wrong("the path does not follow edges") }
      return cost == task.cheapest ? .right("no path costs less") : .wrong("a path of less cost exists")
    }
  }
}

private struct PathTask {
  let graph: StatedGraph
  let from: Int
  let to: Int
  /// Nil where there is no path.
  let cheapest: Int?
  /// By node: where its edges lead, and for how much; sorted.
  private let steps: [[(node: Int, weight: Int)]]

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let parts = text.trimmedFields(at: ";")
    guard parts.count == 3 else { throw .form("from;to;edges") }
    graph = try StatedGraph(parts[2], signs: "->")
    guard let from = graph.node(parts[0]), let to = graph.node(parts[1]) else {
      throw UnusableGroundTruth("names a node that no edge has")
    }
    var steps = [[(node: Int, weight: Int)]](repeating: [], count: graph.names.count)
    for edge in graph.edges {
      steps[edge.from].append((edge.to, edge.weight))
      if !edge.isDirected { steps[edge.to].append((edge.from, edge.weight)) }
    }
    for node in steps.indices where steps[node].count > 1 { steps[node].sort { $0 < $1 } }
    self.from = from
    self.to = to
    self.steps = steps
    cheapest = Self.cheapest(from: from, to: to, steps: steps)
  }

  /// Nil where a step has no edge. Of several edges the cheapest is taken.
  func cost(of nodes: [Int]) -> Int? {
    var cost = 0
    for (left, right) in zip(nodes, nodes.dropFirst()) {
      // The first step to `right` is the cheapest; halving keeps a path past a node of many edges cheap.
      let choices = steps[left]
      var (low, high) = (0, choices.count)
      while low < high {
        let middle = (low + high) / 2
        if choices[middle].node < right { low = middle + 1 } else { high = middle }
      }
      guard low < choices.count, choices[low].node == right else { return nil }
      cost += choices[low].weight  // at most 2^19 steps of at most 2^40
    }
    return cost
  }

  /// Dijkstra's algorithm with a binary heap.
  private static func cheapest(from: Int, to: Int, steps: [[(node: Int, weight: Int)]]) -> Int? {
    var isDone = [Bool](repeating: false, count: steps.count)
    var heap = CostHeap()
    heap.push(cost: 0, node: from)
    while let (cost, node) = heap.pop() {
      if node == to { return cost }
      if isDone[node] { continue }
      isDone[node] = true
      for step in steps[node] where !isDone[step.node] {
        let (sum, overflow) = cost.addingReportingOverflow(step.weight)
        if !overflow { heap.push(cost: sum, node: step.node) }
      }
    }
    return nil
  }
}

/// A binary heap, cheapest first.
private struct CostHeap {
  private var items: [(cost: Int, node: Int)] = []

  mutating func push(cost: Int, node: Int) {
    items.append((cost, node))
    var index = items.count - 1
    while index > 0, items[index].cost < items[(index - 1) / 2].cost {
      items.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  mutating func pop() -> (cost: Int, node: Int)? {
    guard let first = items.first, let last = items.popLast() else { return nil }
    if items.isEmpty { return first }
    items[0] = last
    var index = 0
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < items.count {
        if items[child].cost < items[least].cost { least = child }
      }
      if least == index { return first }
      items.swapAt(index, least)
      index = least
    }
  }
}
