/// Where in the user's hands a value stands: a line of a file, a `--set`, or the preset that was named.
public struct Place: Sendable, Hashable {
  public enum Source: Sendable, Hashable {
    /// `line` counts from 1, `text` is that line.
    case file(path: String, line: Int, text: String)
    /// What followed `--set`.
    case override(String)
    /// The preset's name, with its variant where that is not the default, and whose number it is: `paper §4.1`,
    /// `code: clip_ratio_c`, `our choice`.
    case preset(String, basis: String?)
  }

  public var source: Source
  /// Counts Unicode scalars from 1; means nothing outside files.
  public var column: Int

  public init(source: Source, column: Int = 1) {
    self.source = source
    self.column = column
  }

  var origin: Origin {
    switch source {
    case .file(let path, let line, _): .file(path: path, line: line)
    case .override(let text): .override(text)
    case .preset(let name, let basis): .preset(name, basis: basis)
    }
  }
}

/// Who decided a value of a resolved recipe.
public enum Origin: Sendable, Hashable, CustomStringConvertible {
  case file(path: String, line: Int)
  /// What followed `--set`.
  case override(String)
  /// The preset, and where it has the value from.
  case preset(String, basis: String?)
  /// Another choice of the recipe, where the default depends on it.
  case implied(by: String, basis: String)
  case `default`

  /// The origin of what a mapping from here leaves out: a preset knows why it does, a user relies on the default.
  var asPreset: Origin {
    if case .preset = self { self } else { .default }
  }

  public var description: String {
    switch self {
    case .file(let path, let line): "\(path):\(line)"
    case .override(let text): "--set \(text)"
    case .preset(let name, let basis): "preset \(name)" + (basis.map { ": \($0)" } ?? "")
    case .implied(let choice, let basis): "by \(choice): \(basis)"
    case .default: "default: our choice"
    }
  }
}
