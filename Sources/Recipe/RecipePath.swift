/// The way to a value in a recipe: `stages[0].steps`.
struct RecipePath: Hashable, CustomStringConvertible {
  enum Step: Hashable {
    case key(String)
    case index(Int)
  }

  var steps: [Step]

  static let root = RecipePath(steps: [])

  init(steps: [Step]) {
    self.steps = steps
  }

  /// A path of keys from the top.
  init(_ keys: String...) {
    steps = keys.map(Step.key)
  }

  static func + (path: RecipePath, key: String) -> RecipePath {
    RecipePath(steps: path.steps + [.key(key)])
  }

  static func + (path: RecipePath, index: Int) -> RecipePath {
    RecipePath(steps: path.steps + [.index(index)])
  }

  var description: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index)]"
      }
    }
  }
}
