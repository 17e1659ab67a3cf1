/// A best choice of items that can be carried: its value counts, not which one it is.
public struct KnapsackVerifier: Verifier {
  public static let description = VerifierDescription(
    name: "knapsack", summary: "A most valuable choice of items within a capacity.",
    groundTruth:
      "`capacity;weight:value,weight:value,…`: natural numbers; items × capacity up to 2^22, values up "
      + "to 2^40",
    answer:
      "the marked answer: the chosen items' numbers, counted from 1, separated by commas or blanks; or "
      + "`none`",
    rules: [
      "No item is taken twice, the weights are within the capacity, and no choice is worth more. Any "
        + "such choice is right.",
      "With `partial: true` a choice within the capacity gets its value ÷ the best one.",
    ],
    parameters: [
      .init("partial", "true or false", standard: "false", "whether a choice that is not the best is paid")
    ],
    examples: [
      .init("#### 2, 3", groundTruth: "5;4:5,2:3,3:4", score: 1),
      .init("#### 1", groundTruth: "5;4:5,2:3,3:4", score: 0),
      .init("#### 1", groundTruth: "5;4:5,2:3,3:4", score: 5.0 / 7, parameters: ["partial": .bool(true)]),
      .init("#### 1, 2", groundTruth: "5;4:5,2:3,3:4", score: 0, parameters: ["partial": .bool(true)]),
    ],
    source: nil)

  private var paysParts = false

  public init() {}

  public init(_ parameters: VerifierParameters) throws(VerifierParameterError) {
    paysParts = try parameters.bool("partial", standard: false)
  }

  public func verify(_ completion: Completion) -> Verdict {
    completion.judged(by: Knapsack.init) { answer, task in
      guard case .list(let numbers) = WrittenIntegers(orNone: answer) else {
        return .wrong("not a list of items' numbers")
      }
      var isTaken = [Bool](repeating: false, count: task.items.count)
      var (weight, value) = (0, 0)
      for number in numbers {
        guard (1...task.items.count).contains(number) else { return .wrong("there is no such item") }
        if isTaken[number - 1] { return .wrong("an item is taken twice") }
        isTaken[number - 1] = true
        weight += task.items[number - 1].weight
        value += task.items[number - 1].value
      }
      if weight > task.capacity { return .wrong("the items are too heavy") }
      if value == task.best { return .right("no choice is worth more") }
      let share = Double(value) / Double(task.best)
      return TaskFinding(score: paysParts ? share : 0, rule: "another choice is worth more")
        .with([VerdictMetric("partial", share)])
    }
  }
}

private struct Knapsack {
  static let maximumWork = 1 << 22

  let capacity: Int
  let items: [(weight: Int, value: Int)]
  /// The greatest value within the capacity.
  let best: Int

  init(_ text: Bytes) throws(UnusableGroundTruth) {
    let form = UnusableGroundTruth.form("capacity;weight:value,weight:value,…")
    let parts = text.trimmedFields(at: ";")
    guard parts.count == 2, let capacity = parts[0].asInteger, capacity >= 0 else { throw form }
    var items: [(weight: Int, value: Int)] = []
    for item in parts[1].trimmedFields(at: ",") {
      let numbers = item.trimmedFields(at: ":").map { $0.asInteger ?? -1 }
      guard numbers.count == 2, numbers.allSatisfy({ (0...1 << 40).contains($0) }) else { throw form }
      items.append((numbers[0], numbers[1]))
    }
    guard items.count <= Self.maximumWork, capacity <= Self.maximumWork / max(1, items.count) else {
      throw UnusableGroundTruth("asks for more than 2^22 steps to find the best choice")
    }
    self.capacity = capacity
    self.items = items
    // best[c]: the greatest value within capacity c, over the items so far.
    var best = [Int](repeating: 0, count: capacity + 1)
    for item in items where item.weight <= capacity {
      for room in stride(from: capacity, through: item.weight, by: -1) {
        best[room] = max(best[room], best[room - item.weight] + item.value)
      }
    }
    self.best = best[capacity]
  }
}
