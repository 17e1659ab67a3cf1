/// Lays entries out as block YAML: one value a line, so that each line has one origin.
struct RecipeWriting {
  struct Line {
    var text: String
    /// nil for the headings of sections.
    var origin: Origin?
  }

  private(set) var lines: [Line] = []

  /// - Parameter entries: In order; those of one section or list item next to each other.
  init(_ entries: [ResolvedEntry]) {
    write(entries[...], depth: 0, indentation: "")
  }

  /// Entries that share their first `depth` steps.
  private mutating func write(_ entries: ArraySlice<ResolvedEntry>, depth: Int, indentation: String) {
    var rest = entries
    while let first = rest.first {
      let step = first.path.steps[depth]
      let block = rest.prefix { $0.path.steps[depth] == step }
      rest = rest.dropFirst(block.count)
      switch step {
      case .key(let key) where first.path.steps.count == depth + 1:
        lines.append(Line(text: "\(indentation)\(key): \(first.value)", origin: first.origin))
      case .key(let key):
        lines.append(Line(text: "\(indentation)\(key):"))
        write(block, depth: depth + 1, indentation: indentation + "  ")
      case .index:
        let start = lines.count
        write(block, depth: depth + 1, indentation: indentation + "  ")
        // `  kind: rl` becomes `- kind: rl`.
        lines[start].text = indentation + "- " + lines[start].text.dropFirst(indentation.count + 2)
      }
    }
  }
}
