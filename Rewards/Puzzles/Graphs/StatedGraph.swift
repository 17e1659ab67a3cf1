/// A graph as a ground truth states it: `a-b,b>c:3,d`.
///
/// `-` joins both ways, `>` one way; `:n` is the weight, 1 where there is none; a bare name is a node without
/// edges. Names are anything without blanks and `, ; : - > [ ] ( )`.
struct StatedGraph {
  struct Edge {
    let from: Int
    let to: Int
    let weight: Int
    let isDirected: Bool
  }

  /// By number, in the order of first occurrence.
  private(set) var names: [Bytes] = []
  private(set) var edges: [Edge] = []
  private var numbers: [Bytes: Int] = [:]

  /// `signs` are those of `-` and `>` that the task allows.
  init(_ text: Bytes, signs: String) throws(UnusableGroundTruth) {
    for item in text.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0 == 0x0A }) {
      let item = item.trimmed()
      if item.isEmpty { continue }
      guard let sign = item.firstIndex(where: { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ">") }) else {
        _ = number(of: try Self.name(item))
        continue
      }
      guard signs.utf8.contains(item[sign]) else { throw Self.form(signs) }
      let parts = item[(sign + 1)...].trimmedFields(at: ":")
      var weight = 1
      if parts.count > 1 {
        guard parts.count == 2, let stated = parts[1].asInteger, (0...1 << 40).contains(stated) else {
          throw UnusableGroundTruth("has a weight that is not an integer from 0 to 2^40")
        }
        weight = stated
      }
      let from = number(of: try Self.name(item[..<sign].trimmed()))
      let to = number(of: try Self.name(parts[0]))
      edges.append(Edge(from: from, to: to, weight: weight, isDirected: item[sign] == UInt8(ascii: ">")))
    }
    if names.isEmpty { throw Self.form(signs) }
  }

  func node(_ name: Bytes) -> Int? { numbers[name] }

  private mutating func number(of name: Bytes) -> Int {
    if let number = numbers[name] { return number }
    numbers[name] = names.count
    names.append(name)
    return names.count - 1
  }

  private static func name(_ text: Bytes) throws(UnusableGroundTruth) -> Bytes {
    guard !text.isEmpty, !text.contains(where: { $0.isBlank || GraphSigns.notInNames.contains($0) }) else {
      throw UnusableGroundTruth("has a node without a usable name")
    }
    return text
  }

  private static func form(_ signs: String) -> UnusableGroundTruth {
    .form(signs == ">" ? "a>b,b>c,d" : signs == "-" ? "a-b,b-c,d" : "a-b,b>c:3,d")
  }
}

extension ArraySlice<UInt8> {
  /// Nodes or words of a path, separated by blanks, commas, semicolons or arrows.
  var nodeList: [Bytes] {
    split { $0.isBlank || GraphSigns.betweenNodes.contains($0) }.map { name in
      // The full stop behind a sentence.
      name.last == UInt8(ascii: ".") ? name.dropLast() : name
    }
  }
}

private enum GraphSigns {
  static let notInNames: ASCIISet = ";:->[]()"
  static let betweenNodes: ASCIISet = ",;->=[](){}\"'`$*"
}
