private import Yams

/// Turns YAML text into a tree that remembers its places.
///
/// Scalars stay text here. What `yes`, `1e-4` or `010` mean is decided by the key that reads them (``Section``), so
/// YAML 1.1's guesses, such as a name `no` that turns into a boolean, cannot happen.
struct YAMLReading {
  /// More than any recipe; a bound on what a chain of YAML aliases can blow up to.
  private static let maximumNodes = 100_000
  static let maximumBytes = 1 << 20

  private let lines: [Substring]
  private let source: (_ line: Int, _ text: String) -> Place.Source
  private var nodeCount = 0

  /// - Parameters:
  ///   - text: YAML, one document.
  ///   - source: The place of line `line` (from 1), whose text is given.
  /// - Returns: nil for text that holds nothing but space and comments.
  /// - Throws: ``RecipeError`` with its place for what is no YAML, a key given twice, or too much.
  static func tree(
    of text: String, source: @escaping (_ line: Int, _ text: String) -> Place.Source
  ) throws(RecipeError) -> RecipeNode? {
    var reading = YAMLReading(
      lines: text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline), source: source)
    let root: Node?
    do {
      root = try Yams.compose(yaml: text, .default, .default, .utf8)
    } catch let error as YamlError {
      throw reading.recipeError(error)
    } catch {
      throw RecipeError(.syntax("\(error)"))
    }
    guard let root else { return nil }
    return try reading.convert(root)
  }

  private init(lines: [Substring], source: @escaping (Int, String) -> Place.Source) {
    self.lines = lines
    self.source = source
  }

  private func place(line: Int, column: Int) -> Place {
    let text = lines.indices.contains(line - 1) ? String(lines[line - 1]) : ""
    return Place(source: source(line, text), column: column)
  }

  private func place(_ mark: Mark?) -> Place {
    place(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private mutating func convert(_ node: Node) throws(RecipeError) -> RecipeNode {
    nodeCount += 1
    guard nodeCount <= Self.maximumNodes else { throw RecipeError(.tooLarge, at: place(node.mark)) }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      return RecipeNode(content: .scalar(text: scalar.string, isPlain: isPlain), place: place(scalar.mark))
    case .sequence(let sequence):
      var items: [RecipeNode] = []
      for item in sequence { items.append(try convert(item)) }
      return RecipeNode(content: .sequence(items), place: place(sequence.mark))
    case .mapping(let mapping):
      var pairs: [RecipeNode.Pair] = []
      for (key, value) in mapping {
        guard case .scalar(let name) = key else {
          throw RecipeError(.syntax("a key must be a word, not a list or a mapping"), at: place(key.mark))
        }
        pairs.append(.init(key: name.string, keyPlace: place(name.mark), value: try convert(value)))
      }
      return RecipeNode(content: .mapping(pairs), place: place(mapping.mark))
    case .alias(let alias):
      throw RecipeError(.syntax("unresolved alias"), at: place(alias.mark))
    }
  }

  private func recipeError(_ error: YamlError) -> RecipeError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let isTab = problem.contains("cannot start any token") && character(at: mark) == "\t"
      let words = [isTab ? "a tab indents here, and YAML takes spaces only" : problem, context?.text]
      return RecipeError(.syntax(words.compactMap(\.self).joined(separator: " ")), at: place(mark))
    case .duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      let again = secondPlace(of: key, after: context.mark)
      return RecipeError(
        .duplicateKey(key, firstLine: again == nil ? nil : context.mark.line),
        at: again ?? place(context.mark))
    case .reader(let problem, _, _, _):
      return RecipeError(.syntax(problem), at: unreadableCharacter)
    default:
      return RecipeError(.syntax("\(error)"))
    }
  }

  private func character(at mark: Mark) -> Unicode.Scalar? {
    guard lines.indices.contains(mark.line - 1) else { return nil }
    return lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1).first
  }

  /// Yams names the first of two equal keys; the second stands at the same indentation further down.
  private func secondPlace(of key: String, after mark: Mark) -> Place? {
    for line in lines.indices.dropFirst(mark.line) {
      let scalars = lines[line].unicodeScalars
      let indentation = scalars.prefix { $0 == " " || $0 == "-" }.count
      let rest = String(String.UnicodeScalarView(scalars.dropFirst(indentation)))
      if indentation == mark.column - 1, rest.hasPrefix(key), rest.dropFirst(key.count).first == ":" {
        return place(line: line + 1, column: mark.column)
      }
    }
    return nil
  }

  /// The first control character, at which libyaml stops without saying where in terms of lines.
  private var unreadableCharacter: Place? {
    for (index, line) in lines.enumerated() {
      if let column = line.unicodeScalars.map(\.value).firstIndex(where: { $0 < 32 && $0 != 9 || $0 == 127 })
      {
        return place(line: index + 1, column: column + 1)
      }
    }
    return nil
  }
}
