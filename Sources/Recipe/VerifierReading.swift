internal import Rewards

// How recipes name a verifier: `math`, `math(decimal_digits=4)`, or `{name: math, decimal_digits: 4}`. Which keys it
// has, and what they take, its description says; a key it does not have is unknown like any other.

extension RecipeReader {
  /// `verifier`: null, or one of those in `Rewards`.
  func readVerifier(_ section: Section, into verifier: inout VerifierSpec?) {
    if let node = section.node("verifier") {
      verifier =
        node.isNull ? nil : readVerifier(node, at: section.path + "verifier", key: "verifier", section)
    }
    section.record("verifier", verifier.map { YAMLText.string($0.text) } ?? "null")
  }

  /// `verifiers`: a mapping from data sources to verifiers.
  func readVerifiers(_ section: Section, into routing: inout VerifierRouting) {
    if let node = section.node("verifiers") {
      routing.entries = [:]
      if node.pairs == nil, !node.isNull {
        section.refuse("verifiers", node, expected: "a mapping from data sources to verifiers")
      }
      let sources = Section(
        node.pairs == nil ? nil : node, at: section.path + "verifiers", reader: self)
      for pair in node.pairs ?? [] {
        routing.entries[pair.key] = readVerifier(
          pair.value, at: sources.path + pair.key, key: pair.key, sources)
      }
    }
    if routing.entries.isEmpty { section.record("verifiers", "null") }
    for (source, verifier) in routing.entries.sorted(by: { $0.key < $1.key }) {
      record(
        section.path + "verifiers" + YAMLText.string(source), YAMLText.string(verifier.text),
        section.origin("verifiers"))
    }
  }

  /// The verifier that a node names; nil where it is wrong, which is reported.
  private func readVerifier(
    _ node: RecipeNode, at path: RecipePath, key: String, _ parent: Section
  ) -> VerifierSpec? {
    guard node.pairs == nil else {
      let section = Section(node, at: path, reader: self)
      defer { section.close() }
      if section.node("name") == nil {
        report(.missing(key: "name", section: "\(path)", example: "name: math"), at: node.place)
      }
      guard let name = section.name("name", among: Verifiers.names) else {
        section.acceptRest()
        return nil
      }
      return readParameters(of: name, section, at: node.place)
    }
    guard let text = node.text, text.contains("(") else {
      return parent.name(key, among: Verifiers.names).map { VerifierSpec($0) }
    }
    do throws(VerifierSpecError) {
      let spec = try VerifierSpec(parsing: text)
      _ = try Verifiers.make(spec)
      return spec
    } catch {
      report(.conflict(.reward(.verifier(error))), at: node.place, advice: error.advice)
      return nil
    }
  }

  /// The verifier `name` with the parameters that stand among the keys of `section`.
  ///
  /// - Parameters:
  ///   - name: One of `Verifiers.names`.
  ///   - section: The mapping.
  ///   - place: Of the mapping, for what is missing in it.
  /// - Returns: nil where a parameter is wrong, which is reported.
  func readParameters(of name: String, _ section: Section, at place: Place) -> VerifierSpec? {
    var spec = VerifierSpec(name)
    var nodes: [String: RecipeNode] = [:]
    for parameter in Verifiers.descriptions.first(where: { $0.name == name })?.parameters ?? [] {
      guard let node = section.node(parameter.name) else { continue }
      nodes[parameter.name] = node
      spec.parameters.values[parameter.name] = node.parameterValue
    }
    do throws(VerifierSpecError) {
      _ = try Verifiers.make(spec)
      return spec
    } catch {
      switch error {
      case .missingParameter(_, let parameter):
        report(
          .missing(key: parameter, section: "\(section.path)", example: "\(parameter): …"),
          at: section.place("name") ?? place)
      case .unusable(_, let error):
        let node = nodes[error.parameter.parameterSteps.first ?? ""]
        report(
          .parameter(key: "\(section.path).\(error.parameter)", problem: error.problem),
          at: node?.descendant(error.parameter.parameterSteps.dropFirst()).place ?? place)
      case .unknownName, .unknownParameter, .malformed:
        report(.conflict(.reward(.verifier(error))), at: place)
      }
      return nil
    }
  }
}

extension VerifierSpecError {
  /// What may have been meant.
  fileprivate var advice: String? {
    let near: String?
    switch self {
    case .unknownName(let name): near = nearestName(to: name, among: Verifiers.names)
    case .unknownParameter(_, let parameter, let known): near = nearestName(to: parameter, among: known)
    case .missingParameter, .unusable, .malformed: near = nil
    }
    return near.map { "did you mean `\($0)`?" }
  }
}

extension String {
  /// `schema.items[2].type` → `schema`, `items`, `2`, `type`.
  fileprivate var parameterSteps: [String] {
    split { ".[]".contains($0) }.map(String.init)
  }
}

extension RecipeNode {
  /// The node at the end of this way, or as far along it as there is one.
  fileprivate func descendant(_ steps: ArraySlice<String>) -> RecipeNode {
    guard let step = steps.first else { return self }
    switch content {
    case .mapping:
      return self[step]?.descendant(steps.dropFirst()) ?? self
    case .sequence(let items):
      guard let index = Int(step), items.indices.contains(index) else { return self }
      return items[index].descendant(steps.dropFirst())
    case .scalar: return self
    }
  }

  /// As verifiers take their parameters: plain scalars may be numbers, `true`, `false` and null, quoted ones are text.
  fileprivate var parameterValue: ParameterValue {
    switch content {
    case .scalar(let text, isPlain: false): return .text(text)
    case .scalar(let text, isPlain: true):
      if isNull { return .null }
      if let boolean = ["true": true, "false": false][text.lowercased()] { return .bool(boolean) }
      if let integer = Int(text.replacing("_", with: "")), number != nil { return .integer(integer) }
      return number.map { .number($0) } ?? .text(text)
    case .sequence(let items): return .list(items.map(\.parameterValue))
    case .mapping(let pairs):
      return .map(Dictionary(pairs.map { ($0.key, $0.value.parameterValue) }) { _, last in last })
    }
  }
}
