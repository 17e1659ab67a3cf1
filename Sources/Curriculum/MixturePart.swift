/// One source of a mixture.
public struct MixturePart: Sendable, Hashable {
  public var source: TaskSource
  /// How many tasks come from it, compared with the other parts' weights; above 0.
  public var weight: Double
  /// What its tasks' ids and the reports call it; nil = the file's or the task's name. Where two parts have one name,
  /// the later ones get a number: `rows.jsonl#2`.
  public var name: String?

  public init(_ source: TaskSource, weight: Double = 1, name: String? = nil) {
    self.source = source
    self.weight = weight
    self.name = name
  }
}

extension TaskSource {
  /// The most parts that a mixture may have.
  public static let mostParts = 1000

  /// The parts of a mixture; any other source is its own only part.
  public var parts: [MixturePart] {
    if case .mixture(let parts) = self { parts } else { [MixturePart(self)] }
  }

  /// The files that its parts read.
  public var files: [FileSource] { parts.compactMap(\.source.file) }

  /// What ids begin with, where nobody names it.
  private var defaultName: String {
    switch self {
    case .procedural(let source): source.task
    case .file(let source): source.defaultName
    case .composed(let source): source.composer.defaultName
    case .mixture: "mixture"
    }
  }

  /// The parts' names, no two alike.
  var partNames: [String] {
    var taken: Set<String> = []
    return parts.map { part in
      let name = part.name ?? part.source.defaultName
      var unique = name
      var number = 2
      while !taken.insert(unique).inserted {
        unique = "\(name)#\(number)"
        number += 1
      }
      return unique
    }
  }

  func validateParts() throws(DataError) {
    guard case .mixture(let parts) = self else { return }
    guard (1...Self.mostParts).contains(parts.count) else { throw DataError(.mixtureSize(parts.count)) }
    for (name, part) in zip(partNames, parts) {
      if case .mixture = part.source { throw DataError(.nestedMixture) }
      guard part.weight > 0, part.weight.isFinite else {
        throw DataError(.mixtureWeight(source: name, weight: part.weight))
      }
    }
  }
}
