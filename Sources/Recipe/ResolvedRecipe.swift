public import Training

/// A recipe with every value decided, and who decided it.
public struct ResolvedRecipe: Sendable {
  public var configuration: TrainingConfiguration
  /// Every value, sections in the house order.
  public var entries: [ResolvedEntry]
  /// Things worth telling the user that are no errors.
  public var notes: [String]
  /// How choices that could be in each other's way go together here; for `apus recipe check`.
  public var remarks: [String]
  /// Keys left to whoever runs the recipe; empty after ``RecipeLoader/load(path:overrides:)``.
  public var needs: [String]

  init(configuration: TrainingConfiguration, read reader: RecipeReader, notes: [String], remarks: [String]) {
    self.configuration = configuration
    self.notes = notes
    self.remarks = remarks
    needs = reader.needs
    entries = reader.entries.map { ResolvedEntry(path: $0.path, value: $0.value, origin: $0.origin) }
  }

  /// The whole recipe as YAML; loading it gives the same configuration.
  public func yaml() -> String {
    RecipeWriting(entries).lines.map(\.text).joined(separator: "\n") + "\n"
  }

  /// ``yaml()`` with the origin of each value as a comment behind it.
  public func annotated() -> String {
    let lines = RecipeWriting(entries).lines
    let column = min(48, lines.map(\.text.count).max() ?? 0)
    return lines.map { line in
      guard let origin = line.origin else { return line.text }
      let space = String(repeating: " ", count: max(0, column - line.text.count) + 2)
      return line.text + space + "# "
        + origin.description.split(whereSeparator: \.isNewline).joined(separator: " ")
    }.joined(separator: "\n") + "\n"
  }
}

/// One value of a resolved recipe.
public struct ResolvedEntry: Sendable, Hashable {
  let path: RecipePath
  /// As YAML: `1.0e-06`, `null`, `[2, 5]`, `"yes"`.
  public let value: String
  public let origin: Origin

  /// `rollout.num_prompts`, `stages[0].steps`.
  public var keyPath: String { "\(path)" }
}
