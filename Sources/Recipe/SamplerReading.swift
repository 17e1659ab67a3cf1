internal import Curriculum
internal import Training

extension RecipeReader {
  /// `data.sampler` and `data.keep_accuracy`: which tasks an rl stage asks next.
  func readSampling(_ data: Section, into configuration: inout DataConfiguration) {
    readSampler(data, into: &configuration.sampler)
    readKeepAccuracy(data, into: &configuration.keepAccuracy)
  }

  /// A name, or a mapping of a name and what that sampler can be told; keys of another one are unknown.
  private func readSampler(_ data: Section, into sampler: inout DifficultySampler) {
    let names = DifficultySampler.Name.allCases.map(\.rawValue)
    let node = data.node("sampler")
    let isName = node.map { $0.pairs == nil && !$0.isNull } ?? false
    let section = Section(
      isName ? nil : node, at: data.path + "sampler", reader: self,
      absentOrigin: isName ? data.origin("sampler").asPreset : .default)
    defer { section.close() }
    var name = sampler.name
    if isName || section.node("name") != nil {
      let text = isName ? data.name("sampler", among: names) : section.name("name", among: names)
      guard let known = text.flatMap(DifficultySampler.Name.init(rawValue:)) else {
        return section.acceptRest()
      }
      name = known
    }
    if name != sampler.name { sampler = DifficultySampler(name) }
    if isName {
      record(section.path + "name", name.rawValue, data.origin("sampler"))
    } else {
      section.record("name", name.rawValue)
    }
    switch sampler {
    case .uniform: break
    case .prioritized(var rule):
      section.read("uniform_share", into: &rule.uniformShare, in: .share)
      sampler = .prioritized(rule)
    case .retrospective(var rule):
      section.read("share", into: &rule.share, in: .share)
      section.read("cap", into: &rule.cap, in: .from(1...1e6))
      section.read("cooling", into: &rule.cooling, in: .share)
      section.read("floor", into: &rule.floor, in: .share)
      sampler = .retrospective(rule)
    case .pools(var rule):
      readPools(section, into: &rule)
      sampler = .pools(rule)
    }
  }

  private func readPools(_ section: Section, into rule: inout DifficultyPools) {
    section.read("easy_above", into: &rule.easyAbove, in: .share)
    section.read("hard_below", into: &rule.hardBelow, in: .share)
    section.checkOrder("hard_below", rule.hardBelow, "easy_above", rule.easyAbove)
    let shares = section.section("shares")
    defer { shares.close() }
    shares.read("easy", into: &rule.easy, in: .from(0...1e6))
    shares.read("medium", into: &rule.medium, in: .from(0...1e6))
    shares.read("hard", into: &rule.hard, in: .from(0...1e6))
    guard rule.easy + rule.medium + rule.hard <= 0 else { return }
    report(
      .notAllowed(key: "\(shares.path)", value: "0 for each", allowed: "at least one of them above 0"),
      at: section.place("shares"))
  }

  /// `[low, high]`, a mapping with that as its `band`, or null.
  private func readKeepAccuracy(_ data: Section, into band: inout KeepAccuracyBand?) {
    let key = "keep_accuracy"
    let node = data.node(key)
    if let node {
      switch node.content {
      case .scalar where node.isNull || node.boolean == false: band = nil
      case .scalar: data.refuse(key, node, expected: "[low, high], a mapping with such a `band`, or null")
      case .sequence, .mapping: band = band ?? KeepAccuracyBand()
      }
    }
    guard var settings = band else { return data.record(key, "null") }
    let isMapping = node?.pairs != nil
    let section = Section(
      isMapping ? node : nil, at: data.path + key, reader: self,
      absentOrigin: isMapping ? data.origin(key).asPreset : data.origin(key))
    defer { section.close() }
    if isMapping {
      if let bounds = section.node("band") { readBand(bounds, "band", section, into: &settings) }
    } else if let node {
      readBand(node, key, data, into: &settings)
    }
    section.record("band", YAMLText.list([YAMLText.number(settings.low), YAMLText.number(settings.high)]))
    section.read("min_attempts", into: &settings.minAttempts)
    section.read("recheck_after", into: &settings.recheckAfter)
    band = settings
  }

  private func readBand(
    _ node: RecipeNode, _ key: String, _ section: Section, into band: inout KeepAccuracyBand
  ) {
    guard case .sequence = node.content, let bounds = node.bounds, let low = bounds.low.number,
      let high = bounds.high.number
    else { return section.refuse(key, node, expected: "[low, high]") }
    guard 0 <= low, low < high, high <= 1 else {
      section.forbid(
        key, node, allowed: "[low, high] with 0 ≤ low < high ≤ 1 (tasks strictly between are asked again)")
      return
    }
    (band.low, band.high) = (low, high)
  }

  // MARK: What does nothing

  /// Samplers with nothing to choose from.
  func samplerNotes(on run: TrainingConfiguration) -> [String] {
    let keys = [
      run.data.sampler == .uniform ? nil : "`data.sampler`",
      run.data.keepAccuracy == nil ? nil : "`data.keep_accuracy`",
    ].compactMap(\.self).joined(separator: " and ")
    guard !keys.isEmpty else { return [] }
    if !run.stages.contains(where: { $0.kind == .rl }) {
      return ["\(keys): without an rl stage tasks are taken as they come"]
    }
    guard run.data.train.parts.allSatisfy(\.source.isOfOneLevel) else { return [] }
    return [
      "\(keys): tasks that are made on the fly are chosen by their difficulty or horizon, and here there is one only"
    ]
  }
}

extension DifficultySampler {
  /// With nothing more said.
  fileprivate init(_ name: Name) {
    switch name {
    case .uniform: self = .uniform
    case .prioritized: self = .prioritized(PrioritizedSampler())
    case .retrospective: self = .retrospective(RetrospectiveSampler())
    case .pools: self = .pools(DifficultyPools())
    }
  }
}

extension TaskSource {
  /// Made on the fly, all of one difficulty.
  fileprivate var isOfOneLevel: Bool {
    switch self {
    case .procedural(let source):
      let known = ProceduralTasks.named(source.task).map { type(of: $0).defaultDifficulties }
      return (source.difficulty ?? known)?.count == 1
    case .composed(let source): return source.horizons.count == 1
    case .file, .mixture: return false
    }
  }
}
