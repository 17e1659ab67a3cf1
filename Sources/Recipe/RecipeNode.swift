/// A recipe as it was written, before anything is known about its keys: a YAML tree in which every part
/// remembers its place.
struct RecipeNode {
  enum Content {
    /// `isPlain` is false for quoted text, which is never a number, a boolean or null.
    case scalar(text: String, isPlain: Bool)
    case sequence([RecipeNode])
    case mapping([Pair])
  }

  struct Pair {
    var key: String
    var keyPlace: Place
    var value: RecipeNode
  }

  var content: Content
  var place: Place

  /// YAML's four spellings of nothing, and nothing itself.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  var pairs: [Pair]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  /// The text of a scalar that is not null.
  var text: String? {
    if case .scalar(let text, _) = content, !isNull { text } else { nil }
  }

  subscript(key: String) -> RecipeNode? {
    pairs?.first { $0.key == key }?.value
  }

  /// What is here, for people: `the text "many"`, `a list`, `null`.
  var kindInWords: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar where isNull: "null"
    case .scalar(let text, isPlain: true): "`\(text)`"
    case .scalar(let text, isPlain: false): "the text \(YAMLText.quoted(text))"
    }
  }
}
