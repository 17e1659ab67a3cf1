/// What reading a recipe leaves behind: every value with its origin, and everything that was wrong.
///
/// Problems are collected rather than thrown, so that a misspelt key is reported as such and not as the absence of
/// the right one.
final class RecipeReader {
  /// One value as it is in force.
  struct Entry {
    var path: RecipePath
    var value: String
    var origin: Origin
  }

  struct UnknownKey {
    var key: String
    var section: RecipePath
    var place: Place
  }

  private(set) var entries: [Entry] = []
  private(set) var needs: [String] = []
  /// Rules of the compatibility table that `algorithm.force` overrides.
  var forced: [String] = []
  private var problems: [RecipeError] = []
  private var unknownKeys: [UnknownKey] = []
  /// The keys that each section understands.
  private var knownKeys: [(section: RecipePath, keys: [String])] = []
  /// Where a key stands, for what is found wrong later.
  private var places: [RecipePath: Place] = [:]
  /// The stage whose sections are being read or looked at; nil = the recipe's own.
  private var stage: RecipePath?

  func record(_ path: RecipePath, _ value: String, _ origin: Origin) {
    entries.append(Entry(path: path, value: value, origin: origin))
  }

  /// Keeps the entries that `isKept` says.
  func keepEntries(_ isKept: (Entry) -> Bool) { entries = entries.filter(isKept) }

  func report(_ reason: RecipeError.Reason, at place: Place?, advice: String? = nil) {
    problems.append(RecipeError(reason, at: place, advice: advice, stage: stage.map { "\($0)" }))
  }

  func report(_ conflict: Conflict, at path: RecipePath, advice: String? = nil) {
    report(.conflict(conflict), at: place(of: path), advice: advice)
  }

  /// Says that the recipe leaves this key to whoever runs it.
  func need(_ path: RecipePath) {
    let key = "\(path.inStage?.path ?? path)"
    if !needs.contains(key) { needs.append(key) }
  }

  /// What `body` reads and reports is a stage's.
  func within<Result>(_ stage: RecipePath?, _ body: () -> Result) -> Result {
    let outer = self.stage
    self.stage = stage
    defer { self.stage = outer }
    return body()
  }

  func remember(_ place: Place, of path: RecipePath) {
    places[path] = place
  }

  /// Where a key stands; of a stage's sections, in the stage where it is there.
  func place(of path: RecipePath) -> Place? {
    stage.flatMap { places[RecipePath(steps: $0.steps + path.steps)] } ?? places[path]
  }

  func close(_ section: RecipePath, known: [String], unknown: [RecipeNode.Pair]) {
    // A stage's sections know the keys of the recipe's.
    if section.inStage == nil { knownKeys.append((section, known)) }
    for pair in unknown {
      unknownKeys.append(UnknownKey(key: pair.key, section: section, place: pair.keyPlace))
    }
  }

  /// - Throws: The first misspelt key, else the first thing that was wrong.
  func throwFirstProblem() throws(RecipeError) {
    if let unknown = unknownKeys.first {
      throw RecipeError(
        .unknownKey(unknown.key, section: "\(unknown.section)"), at: unknown.place,
        advice: advice(for: unknown))
    }
    if let problem = problems.first { throw problem }
  }

  private func advice(for unknown: UnknownKey) -> String? {
    if let known = specialAdvice[unknown.key] { return known }
    let homes = knownKeys.filter { $0.keys.contains(unknown.key) }.map(\.section)
    if let first = homes.first {
      return first == .root
        ? "`\(unknown.key)` belongs to the top level"
        : "`\(unknown.key)` belongs to \(homes.map { "`\($0)`" }.uniqued.joined(separator: " or "))"
    }
    let home = unknown.section.inStage?.path ?? unknown.section
    let siblings = knownKeys.filter { $0.section == home }.flatMap(\.keys)
    var best = nearest(to: unknown.key, among: siblings)
    for (section, keys) in knownKeys {
      // Another section's key must be nearer than any here.
      guard let near = nearest(to: unknown.key, among: keys), near.edits < best?.edits ?? .max else {
        continue
      }
      best = ("\(section + near.name)", near.edits)
    }
    if let best { return "did you mean `\(best.name)`?" }
    return siblings.isEmpty ? nil : "known here: \(siblings.inWords)"
  }

  /// For keys that people expect and that do not exist for a reason.
  private let specialAdvice = [
    "vocab_size": "the tokenizer decides it",
    "<<": "use `extends:` to build on another recipe",
    "staleness_threshold":
      "verl's is a share of the batch; `rollout.max_staleness` counts versions, and `mode: async` turns it on",
    "partial_rollout":
      "say how long a part is, `rollout.segment_length`, or how many there may be, `rollout.max_segments`",
    "mask_offpolicy_in_partial_rollout":
      "`algorithm.rollout_correction.max_token_staleness: 0` leaves out tokens of earlier policies",
  ]
}

extension [String] {
  /// Each element once, in the order of first appearance.
  fileprivate var uniqued: [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
