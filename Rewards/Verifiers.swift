/// A verifier as it is asked for: its name, and what is said about it beside.
public struct VerifierSpec: Sendable, Hashable {
  public var name: String
  public var parameters: VerifierParameters

  public init(_ name: String, parameters: VerifierParameters = VerifierParameters()) {
    self.name = name
    self.parameters = parameters
  }
}

/// Why there is no such verifier.
public enum VerifierSpecError: Error, Hashable {
  case unknownName(String)
  /// `known` are the keys it has.
  case unknownParameter(verifier: String, parameter: String, known: [String])
  case missingParameter(verifier: String, parameter: String)
  case unusable(verifier: String, VerifierParameterError)
}

/// The verifiers that recipes, tasks and commands can name.
public enum Verifiers {
  private static let all: [any Verifier.Type] = [
    CountdownVerifier.self, GSM8KVerifier.self, MathVerifier.self, MathStrictVerifier.self, MathDAPOVerifier.self, MultipleChoiceVerifier.self, NumberVerifier.self, OrderingVerifier.self,
    TextVerifier.self,
  ]
  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// Sorted by name.
  public static let descriptions: [VerifierDescription] = all.map { $0.description }.sorted {
    $0.name < $1.name
  }

  /// All names, sorted.
  public static let names: [String] = descriptions.map(\.name)

  /// The verifier of that name with its standard parameters; nil where there is none, or where it needs one.
  public static func named(_ name: String) -> (any Verifier)? {
    try? make(VerifierSpec(name))
  }

  /// The verifier that a specification describes.
  ///
  /// - Throws: Where the name, a parameter's name or its value is not known or cannot be used.
  public static func make(_ spec: VerifierSpec) throws(VerifierSpecError) -> any Verifier {
    guard let type = byName[spec.name] else { throw .unknownName(spec.name) }
    let known = type.description.parameters
    for parameter in spec.parameters.values.keys.sorted()
    where !known.contains(where: { $0.name == parameter }) {
      throw .unknownParameter(verifier: spec.name, parameter: parameter, known: known.map(\.name))
    }
    for parameter in known where parameter.standard == nil && spec.parameters[parameter.name] == nil {
      throw .missingParameter(verifier: spec.name, parameter: parameter.name)
    }
    do {
      return try type.init(spec.parameters)
    } catch {
      throw .unusable(verifier: spec.name, error)
    }
  }
}
