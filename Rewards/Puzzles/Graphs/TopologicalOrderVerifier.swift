/// An order in which every node stands before those it points to: any one is right.
public struct TopologicalOrderVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "topological_order", summary: "An order in which every edge points forward.",
    groundTruth: "the edges, `a>b,b>c,d` (a before b; a bare name is a node without edges), without a cycle",
    answer: "the marked answer: all nodes, separated by commas, blanks or arrows",
    rules: ["Every node stands there once, and every edge points forward. Any such order is right."],
    examples: [
      .init("#### a, d, b, c", groundTruth: "a>b,b>c,d", score: 1),
      .init("#### d -> a -> b -> c", groundTruth: "a>b,b>c,d", score: 1),
      .init("#### a, c, b, d", groundTruth: "a>b,b>c,d", score: 0),
      .init("#### a, b, c", groundTruth: "a>b,b>c,d", score: 0),
    ],
    source: nil)

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Self.graph) { answer, graph in
      var place = [Int?](repeating: nil, count: graph.names.count)
      var count = 0
      for name in answer.nodeList {
        guard let node = graph.node(name) else { return .wrong("item \(count + 1) is no node") }
        if place[node] != nil { return .wrong("item \(count + 1) stands there twice") }
        place[node] = count
        count += 1
      }
      if count < place.count { return .wrong("not every node stands there") }
      let isForward = graph.edges.allSatisfy { edge in
        (place[edge.from] ?? 0) < (place[edge.to] ?? 0)
      }
      return isForward ? .right("every edge points forward") : .wrong("an edge points backward")
    }
  }

  private static func graph(_ text: Bytes) throws(UnusableGroundTruth) -> StatedGraph {
    let graph = try StatedGraph(text, signs: ">")
    // Kahn's algorithm: without a cycle, nodes with nothing before them can be taken away until none is left.
    var before = [Int](repeating: 0, count: graph.names.count)
    var after = [[Int]](repeating: [], count: graph.names.count)
    for edge in graph.edges {
      before[edge.to] += 1
      after[edge.from].append(edge.to)
    }
    var free = before.indices.filter { before[$0] == 0 }
    var taken = 0
    while let node = free.popLast() {
      taken += 1
      for next in after[node] {
        before[next] -= 1
        if before[next] == 0 { free.append(next) }
      }
    }
    if taken < graph.names.count { throw UnusableGroundTruth("is a graph with a cycle") }
    return graph
  }
}
