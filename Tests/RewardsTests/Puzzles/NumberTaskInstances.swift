/// Tasks of numbers, made from their solutions.
enum NumberTasks {
  static let makers: [String: @Sendable (inout TestDice) -> TaskInstance] = [
    "countdown": countdown, "integer_list": integerList, "sorting": sorting,
    "prime_factorization": primeFactorization, "base_conversion": baseConversion, "fraction": fraction,
    "gcd": gcd, "lcm": lcm, "polynomial_roots": polynomialRoots, "knapsack": knapsack,
    "countdown_search": countdownSearch,
  ]

  static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }

  /// Numbers are joined from the left with signs drawn at random; the wrong one adds 1 − 1 … of no given
  /// number.
  @Sendable static func countdown(_ dice: inout TestDice) -> TaskInstance {
    let numbers = (0..<dice.roll(2...6)).map { _ in dice.roll(1...99) }
    var (text, value) = ("\(numbers[0])", numbers[0])
    for number in numbers.dropFirst() {
      switch dice.roll(0...2) {
      case 0: (text, value) = ("(\(text) + \(number))", value + number)
      case 1: (text, value) = ("(\(text) − \(number))", value - number)
      default: (text, value) = ("\(text) × \(number)", value * number)
      }
    }
    return TaskInstance(
      gold: "\(value);\(list(dice.shuffled(numbers)))", right: "\\boxed{\(text)}",
      wrong: "\\boxed{\(text) + 1}")
  }

  @Sendable static func countdownSearch(_ dice: inout TestDice) -> TaskInstance {
    let numbers = (0..<dice.roll(2...6)).map { _ in dice.roll(1...30) }
    var pool = numbers
    var lines: [String] = []
    while pool.count > 1 {
      pool = dice.shuffled(pool)
      let (left, right) = (pool.removeLast(), pool.removeLast())
      let (high, low) = (max(left, right), min(left, right))
      let result = dice.flip() ? high + low : high - low
      lines.append("\(high) \(result == high + low ? "+" : "-") \(low) = \(result)")
      pool.append(result)
    }
    let wrong = lines.count > 1 ? Array(lines.dropFirst()) : [lines[0] + "0"]
    func answer(_ lines: [String]) -> String { "<Solution>\n\(lines.joined(separator: "\n"))\n</Solution>" }
    return TaskInstance(gold: "\(pool[0]);\(list(numbers))", right: answer(lines), wrong: answer(wrong))
  }

  @Sendable static func integerList(_ dice: inout TestDice) -> TaskInstance {
    let numbers = (0..<dice.roll(1...20)).map { _ in dice.roll(-50...50) }
    return TaskInstance(
      gold: list(numbers), right: "#### [\(list(numbers))]", wrong: "#### [\(list(numbers + [0]))]")
  }

  @Sendable static func sorting(_ dice: inout TestDice) -> TaskInstance {
    let numbers = (0..<dice.roll(2...20)).map { dice.roll(-50...50) * 20 + $0 % 20 }
    let sorted = numbers.sorted()
    return TaskInstance(
      gold: list(numbers), right: "#### \(list(sorted))", wrong: "#### \(list(sorted.reversed()))")
  }

  @Sendable static func primeFactorization(_ dice: inout TestDice) -> TaskInstance {
    let primes = (0..<dice.roll(2...6)).map { _ in dice.pick([2, 3, 5, 7, 11, 13, 97, 101, 997]) }
    let text = primes.map(String.init).joined(separator: " × ")
    let joined = ([primes[0] * primes[1]] + primes.dropFirst(2)).map(String.init).joined(separator: " × ")
    return TaskInstance(gold: "\(primes.reduce(1, *))", right: "#### \(text)", wrong: "#### \(joined)")
  }

  @Sendable static func baseConversion(_ dice: inout TestDice) -> TaskInstance {
    let (value, from, to) = (dice.roll(1...1_000_000_000), dice.roll(2...36), dice.roll(2...36))
    return TaskInstance(
      gold: "\(String(value, radix: from));\(from);\(to)", right: "#### \(String(value, radix: to))",
      wrong: "#### \(String(value + 1, radix: to))")
  }

  @Sendable static func fraction(_ dice: inout TestDice) -> TaskInstance {
    let (top, bottom, factor) = (dice.roll(1...999), dice.roll(1...999), dice.roll(2...99))
    let divisor = euclid(top, bottom)
    let sign = dice.flip() ? "-" : ""
    return TaskInstance(
      gold: "\(sign)\(top * factor)/\(bottom * factor)",
      right: "#### \(sign)\(top / divisor)/\(bottom / divisor)",
      wrong: "#### \(sign)\(top * factor)/\(bottom * factor)")
  }

  static func euclid(_ left: Int, _ right: Int) -> Int { right == 0 ? left : euclid(right, left % right) }

  @Sendable static func gcd(_ dice: inout TestDice) -> TaskInstance {
    let factor = dice.roll(1...99)
    let numbers = (0..<dice.roll(2...5)).map { _ in factor * dice.roll(1...999) }
    let divisor = numbers.reduce(0, euclid)
    return TaskInstance(gold: list(numbers), right: "#### \(divisor)", wrong: "#### \(divisor + 1)")
  }

  @Sendable static func lcm(_ dice: inout TestDice) -> TaskInstance {
    let numbers = (0..<dice.roll(2...5)).map { _ in dice.roll(1...99) }
    let multiple = numbers.reduce(1) { $0 / euclid($0, $1) * $1 }
    return TaskInstance(gold: list(numbers), right: "#### \(multiple)", wrong: "#### \(2 * multiple)")
  }

  /// Half of them with a factor x² + x + 1 besides, which has no integer root.
  @Sendable static func polynomialRoots(_ dice: inout TestDice) -> TaskInstance {
    let roots = (0..<dice.roll(1...6)).map { _ in dice.roll(-9...9) }
    var coefficients = dice.flip() ? [1] : [1, 1, 1]
    for root in roots {
      coefficients = zip(coefficients + [0], [0] + coefficients).map { $0 - root * $1 }
    }
    let scale = dice.pick([1, 2, -3])
    return TaskInstance(
      gold: list(coefficients.map { $0 * scale }), right: "#### \(list(dice.shuffled(roots)))",
      wrong: "#### \(list(roots.dropLast() + [10]))")
  }

  /// The best choice is found by trying all.
  @Sendable static func knapsack(_ dice: inout TestDice) -> TaskInstance {
    let items = (0..<dice.roll(2...8)).map { _ in (weight: dice.roll(1...9), value: dice.roll(1...9)) }
    let capacity = dice.roll(9...25)
    var best = (value: -1, choice: [Int]())
    for mask in 0..<(1 << items.count) {
      let choice = items.indices.filter { mask >> $0 & 1 == 1 }
      let value = choice.map { items[$0].value }.reduce(0, +)
      if choice.map({ items[$0].weight }).reduce(0, +) <= capacity, value > best.value {
        best = (value, choice)
      }
    }
    let numbers = best.choice.map { $0 + 1 }
    return TaskInstance(
      gold: "\(capacity);" + items.map { "\($0.weight):\($0.value)" }.joined(separator: ","),
      right: "#### \(list(numbers))",
      wrong: "#### \(list(Array(numbers.dropLast()) + [numbers[0], numbers[0]]))")
  }
}
