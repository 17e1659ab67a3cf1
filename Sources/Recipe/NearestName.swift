/// The candidate that `name` was probably meant to be, or nil where nothing is near.
///
/// Near is at most a third of the name's length in edits, at least one: a letter put in, left out, replaced, or
/// swapped with its neighbor. Ties go to the first candidate.
func nearestName(to name: String, among candidates: [String]) -> String? {
  nearest(to: name, among: candidates)?.name
}

/// ``nearestName(to:among:)`` with its distance in edits.
func nearest(to name: String, among candidates: [String]) -> (name: String, edits: Int)? {
  let limit = max(1, name.count / 3)
  var best: (name: String, edits: Int)?
  for candidate in candidates {
    let edits = editDistance(name, candidate)
    if edits <= limit, edits < best?.edits ?? .max { best = (candidate, edits) }
  }
  return best
}

/// Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbors.
private func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  // Bounds the work; no key is longer.
  guard a.count <= 100, b.count <= 100 else { return .max }
  var beforePrevious: [Int] = []
  var previous = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var best = min(previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforePrevious[j - 1] + 1) }
      row.append(best)
    }
    (beforePrevious, previous) = (previous, row)
  }
  return previous[b.count]
}
