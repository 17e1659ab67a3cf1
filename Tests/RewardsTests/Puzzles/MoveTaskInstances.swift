import Rewards

/// Tasks of moves and long outputs, made from their solutions.
enum MoveTasks {
  static let makers: [String: @Sendable (inout TestDice) -> TaskInstance] = [
    "tower_of_hanoi": hanoi, "water_jugs": jugs, "word_ladder": ladder, "tsv_f1": table,
    "path_traversal": route, "tom_tracking": trace,
  ]

  @Sendable static func hanoi(_ dice: inout TestDice) -> TaskInstance {
    let disks = dice.roll(1...7)
    func moves(_ count: Int, _ from: String, _ to: String, _ spare: String) -> [String] {
      count == 0
        ? []
        : moves(count - 1, from, spare, to) + ["Move disk \(count) from peg \(from) to peg \(to)"]
          + moves(count - 1, spare, to, from)
    }
    let pegs = dice.shuffled(["A", "B", "C"])
    let all = moves(disks, pegs[0], pegs[1], pegs[2])
    func answer(_ moves: some Sequence<String>) -> String { "\\boxed{\(moves.joined(separator: "\n"))}" }
    return TaskInstance(
      gold: "\(disks);\(pegs.joined(separator: ","))", right: answer(all),
      wrong: answer(all.dropLast() + all.prefix(1) + all.suffix(1)),
      parameters: ["length": .text("shortest")])
  }

  /// Ends with a pour; the amount is what the walk leaves in a jug.
  @Sendable static func jugs(_ dice: inout TestDice) -> TaskInstance {
    let capacities = (0..<dice.roll(2...4)).map { _ in dice.roll(2...9) }
    var levels = capacities.map { _ in 0 }
    var moves: [String] = []
    repeat {
      let (left, right) = (dice.roll(0...levels.count - 1), dice.roll(0...levels.count - 1))
      switch dice.roll(0...3) {
      case 0:
        levels[left] = capacities[left]
        moves.append("fill \(left + 1)")
      case 1:
        levels[left] = 0
        moves.append("empty \(left + 1)")
      case _ where left != right:
        let poured = min(levels[left], capacities[right] - levels[right])
        levels[left] -= poured
        levels[right] += poured
        moves.append("pour \(left + 1) -> \(right + 1)")
      default: break
      }
    } while moves.count < 20 || levels.allSatisfy { $0 == 0 }
    let empties = levels.indices.map { "empty \($0 + 1)" }
    return TaskInstance(
      gold: "\(NumberTasks.list(capacities));\(levels.max() ?? 0)",
      right: "#### \(moves.joined(separator: ", "))",
      wrong: "#### \((moves + empties).joined(separator: ", "))")
  }

  @Sendable static func ladder(_ dice: inout TestDice) -> TaskInstance {
    let letters = Array("abcdefgh")
    var words = [(0..<4).map { _ in dice.pick(letters) }]
    for _ in 0..<dice.roll(2...8) {
      var word = words[words.count - 1]
      let place = dice.roll(0...3)
      word[place] = dice.pick(letters.filter { $0 != word[place] })
      words.append(word)
    }
    let texts = words.map { String($0) }
    return TaskInstance(
      gold: "\(texts[0]);\(texts[texts.count - 1]);\(dice.shuffled(texts).joined(separator: ","))",
      right: "#### \(texts.joined(separator: " → "))",
      wrong: "#### \((texts.dropLast() + ["zzzz"] + texts.suffix(1)).joined(separator: " → "))")
  }

  @Sendable static func table(_ dice: inout TestDice) -> TaskInstance {
    let rows = (0..<dice.roll(1...9)).map { _ in "Item \(dice.roll(0...4))\t\(dice.roll(0...2))\tThe end." }
    func answer(_ rows: some Sequence<String>) -> String {
      "```tsv\n" + (["name\tcount\tnote"] + rows).joined(separator: "\n") + "\n```"
    }
    return TaskInstance(
      gold: (["Name\tCount\tNote"] + rows).joined(separator: "\n"), right: answer(dice.shuffled(rows)),
      wrong: answer(rows + [rows[0]]))
  }

  @Sendable static func route(_ dice: inout TestDice) -> TaskInstance {
    let lines = (0..<dice.roll(1...9)).map { step in
      "From city \(step), take a \(dice.pick(["bus", "train"])) to city \(step + 1)."
    }
    func answer(_ lines: [String]) -> String { "<Route>\n\(lines.joined(separator: "\n"))\n</Route>" }
    return TaskInstance(
      gold: lines.joined(separator: "\n"), right: answer(lines), wrong: answer(Array(lines.dropLast())))
  }

  @Sendable static func trace(_ dice: inout TestDice) -> TaskInstance {
    let lines = (0..<dice.roll(1...9)).map { step in
      "- Step \(step): {Ann location: \(dice.pick(["patio", "sauna"])); Ann's belief: None}"
    }
    return TaskInstance(
      gold: lines.joined(separator: "\n"), right: lines.joined(separator: "\n").uppercased(),
      wrong: (lines + ["- Step 9: {Ann location: patio}"]).joined(separator: "\n"))
  }
}
