/// Why models cannot be merged.
public struct MergeError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Reason: Sendable, Hashable {
    case noModels
    case oneModelOnly(count: Int)
    case outOfRange(name: String, value: String, allowed: String)
    case outputExists
    case noOutput
    case noParent(String)
    case differs(from: String, what: [String])
  }

  /// The directory it is about.
  public var path: String
  public var reason: Reason

  public var description: String { path.isEmpty ? words : "\(path): \(words)" }

  private var words: String {
    switch reason {
    case .noModels:
      "nothing to merge — name at least one model with `--model DIR`"
    case .oneModelOnly(let count):
      "`update_selective` takes one model besides the base, not \(count) — merge the others first"
    case .outOfRange(let name, let value, let allowed):
      "`\(name)` is \(value), but must be \(allowed)"
    case .noOutput:
      "`--output` is empty — name a directory that is not there yet"
    case .noParent(let why):
      "cannot be created (\(why))"
    case .outputExists:
      "already exists, and a merge overwrites nothing — remove it or choose another `--output`"
    case .differs(let base, let what):
      "cannot be merged with \(base): "
        + what.prefix(5).joined(separator: "; ") + (what.count > 5 ? "; and \(what.count - 5) more" : "")
        + " — `--force` merges what fits and takes the rest from the base"
    }
  }
}
