/// Color a graph so that neighbors differ: any coloring with few enough colors is right.
public struct GraphColoringVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "graph_coloring", summary: "A coloring of a graph in which neighbors differ.",
    groundTruth:
      "`colors;edges`: how many colors there are, and `a-b,b-c,d` (a bare name is a node without edges)",
    answer: "the marked answer: `a=1, b=2` or `a: red, b: green`, one color for every node",
    rules: [
      "Every node has one color, neighbors have different ones, and no more colors than allowed are used.",
      "Colors are any words or numbers. Any such coloring is right.",
    ],
    examples: [
      .init("#### a=1, b=2, c=1", groundTruth: "2;a-b,b-c", score: 1),
      .init("#### a: red, b: red, c: blue", groundTruth: "2;a-b,b-c", score: 0),
      .init("#### a=1, b=2, c=3", groundTruth: "2;a-b,b-c", score: 0),
      .init("#### a=1, b=2", groundTruth: "2;a-b,b-c", score: 0),
    ],
    source: nil)

  private static let smallWords = ["is", "node", "vertex", "color", "colour", "and"]

  public init() {}

  public init(_ parameters: VerifierParameters) {}

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Self.task) { answer, task in
      var colorOf = [Int?](repeating: nil, count: task.graph.names.count)
      var colors: [[UInt8]: Int] = [:]
      let problem = WrittenClauses(answer).first { words -> TaskFinding? in
        let words = words.filter { !$0.isOneOf(Self.smallWords) }
        guard words.count == 2, let node = task.graph.node(words[0]) else {
          return .wrong("not a list of nodes with a color each")
        }
        let name = words[1].folded
        let color = colors[name] ?? colors.count
        colors[name] = color
        if let earlier = colorOf[node], earlier != color { return .wrong("a node has two colors") }
        colorOf[node] = color
        return nil
      }
      if let problem { return problem }
      if colorOf.contains(nil) { return .wrong("not every node has a color") }
      if colors.count > task.colors { return .wrong("more colors than allowed") }
      return task.graph.edges.contains { colorOf[$0.from] == colorOf[$0.to] }
        ? .wrong("neighbors have the same color") : .right("neighbors differ")
    }
  }

  private static func task(_ text: Bytes) throws(UnusableGroundTruth) -> (colors: Int, graph: StatedGraph) {
    let parts = text.trimmedFields(at: ";")
    guard parts.count == 2, let colors = parts[0].asInteger, colors > 0 else {
      throw .form("colors;a-b,b-c,d")
    }
    let graph = try StatedGraph(parts[1], signs: "-")
    if graph.edges.contains(where: { $0.from == $0.to }) {
      throw UnusableGroundTruth("has an edge from a node to itself")
    }
    return (colors, graph)
  }
}
