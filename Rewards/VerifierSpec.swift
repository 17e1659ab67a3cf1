/// A verifier as it is asked for: its name, and what is said about it beside.
public struct VerifierSpec: Sendable, Hashable {
  public var name: String
  public var parameters: VerifierParameters

  public init(_ name: String, parameters: VerifierParameters = VerifierParameters()) {
    self.name = name
    self.parameters = parameters
  }
}

extension VerifierSpec: ExpressibleByStringLiteral {
  /// A name alone: `"gsm8k"`.
  public init(stringLiteral name: String) { self.init(name) }
}

/// Why there is no such verifier.
public enum VerifierSpecError: Error, Hashable {
  case unknownName(String)
  /// `known` are the keys it has.
  case unknownParameter(verifier: String, parameter: String, known: [String])
  case missingParameter(verifier: String, parameter: String)
  case unusable(verifier: String, VerifierParameterError)
  /// A text that is not `name` or `name(key=value, …)`; `position` counts its characters from 1.
  case malformed(text: String, position: Int, problem: String)
}

extension VerifierSpecError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownName(let name):
      "unknown verifier `\(name)`; there are: \(quoted(Verifiers.names))"
    case .unknownParameter(let verifier, let parameter, let known):
      "verifier `\(verifier)` has no parameter `\(parameter)`; "
        + (known.isEmpty ? "it takes none" : "it has: \(quoted(known))")
    case .missingParameter(let verifier, let parameter):
      "verifier `\(verifier)` needs its parameter `\(parameter)`"
    case .unusable(let verifier, let error):
      "`\(error.parameter)` of verifier `\(verifier)` \(error.problem)"
    case .malformed(let text, let position, let problem):
      "a verifier is written `name` or `name(key=value, …)`, but at character \(position) of `\(text)` \(problem)"
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }
}
