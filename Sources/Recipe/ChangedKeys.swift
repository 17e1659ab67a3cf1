internal import Training

/// What keeps a run from going on under a changed recipe: the keys whose values differ, each with both values.
///
/// A resumed run may be extended and moved: `budget`, `output.dir` and `output.sample_every` may change, and the
/// last stage that is no control may get more steps. It may be generated for by others: `rollout.source` and
/// `rollout.workers`, which in sequential mode change no token.
///
/// - Parameters:
///   - old: The recipe the run was started with.
///   - new: The recipe it is asked to go on with.
/// - Returns: Lines such as `rollout.temperature: 0.8, was 1.0`; empty where the run may go on.
public func changedKeys(from old: ResolvedRecipe, to new: ResolvedRecipe) -> [String] {
  let before = Dictionary(old.entries.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
  let after = Dictionary(new.entries.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first })
  let paths = new.entries.map(\.path) + old.entries.map(\.path).filter { after[$0] == nil }
  return paths.compactMap { path in
    guard before[path] != after[path], !mayChange(path, from: before[path], to: after[path], in: old) else {
      return nil
    }
    return "\(path): \(after[path] ?? "not set"), was \(before[path] ?? "not set")"
  }
}

private func mayChange(
  _ path: RecipePath, from old: String?, to new: String?, in recipe: ResolvedRecipe
) -> Bool {
  if path.steps.first == .key("budget") || path == RecipePath("output", "dir")
    || path == RecipePath("output", "sample_every") || path == RecipePath("rollout", "source")
    || path.steps.starts(with: RecipePath("rollout", "workers").steps)
  {
    return true
  }
  guard let last = recipe.configuration.stages.lastIndex(where: { !$0.isControl }) else { return false }
  guard path == RecipePath("stages") + last + "steps", let old = old.flatMap({ Int($0) }),
    let new = new.flatMap({ Int($0) })
  else { return false }
  return new > old
}
